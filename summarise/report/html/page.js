// Marks the evidence of a sentence in the article and scrolls to it. Without this script, the links still lead there.
(() => {
  const root = document.documentElement;
  const pane = document.getElementById("article");
  const back = pane.querySelector(".back");
  const status = document.getElementById("said");
  const narrow = matchMedia("(max-width: 60rem)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let current = null;
  let origin = null;

  root.classList.add("scripted-page");
  back.hidden = false;
  for (const text of document.querySelectorAll(".sentence .text")) text.setAttribute("role", "button");

  const segments = (number) => pane.querySelectorAll(`[data-e~="${number}"]`);

  function clear() {
    for (const mark of document.querySelectorAll(".on, .against, .current")) mark.classList.remove("on", "against", "current");
    status.textContent = "";
    current = null;
  }

  function scrollTo(segment) {
    const place = segment.getBoundingClientRect();
    const view = pane.getBoundingClientRect();
    const top = view.top + pane.querySelector(".pane-head").offsetHeight;
    if (place.top >= top && place.bottom <= Math.min(view.bottom, innerHeight)) return;
    const third = (Math.min(view.bottom, innerHeight) - top) / 3;
    pane.scrollTo({ top: pane.scrollTop + place.top - top - third, behavior: calm.matches ? "auto" : "smooth" });
  }

  function show(item) {
    clear();
    current = item;
    const numbers = item.dataset.at.split(" ").filter(Boolean);
    const sentence = item.closest(".sentence");
    const against = (sentence?.dataset.against ?? "").split(" ");
    (sentence ?? item).classList.add("current");
    for (const number of numbers) {
      for (const part of segments(number)) part.classList.add(against.includes(number) ? "against" : "on");
    }
    const [first] = numbers.length ? segments(numbers[0]) : [];
    if (first) scrollTo(first);
    const count = numbers.length === 1 ? "1 place" : `${numbers.length || "No"} places`;
    status.textContent = `${count} marked in the article`;
  }

  // On a narrow screen the article covers the lower part, and the chosen element stays in view above it.
  function open(item, chosen) {
    origin = chosen.closest("a, summary, [tabindex]") ?? item.querySelector("[tabindex]") ?? item;
    root.classList.toggle("open", narrow.matches && item.dataset.at !== "");
    if (narrow.matches) origin.scrollIntoView({ block: "nearest" });
    show(item);
  }

  function close() {
    // This comes first, because an element that gets the focus opens the article.
    if (pane.contains(document.activeElement)) origin?.focus({ preventScroll: true });
    root.classList.remove("open");
    clear();
  }

  const trigger = (event) => event.target.closest?.("[data-at]");
  document.addEventListener("pointerover", (event) => {
    const item = trigger(event);
    // Pointing again at the current item does nothing; a click, tap or Tab scrolls to the place again.
    if (item && item !== current && event.pointerType === "mouse" && !narrow.matches) show(item);
  });
  document.addEventListener("focusin", (event) => {
    const { target } = event;
    if (trigger(event)) open(trigger(event), target);
    else if (root.classList.contains("open") && !pane.contains(target)) {
      close();
      target.scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("click", (event) => {
    const item = trigger(event);
    if (!item) return;
    const link = event.target.closest("a[href]");
    if (link) event.preventDefault();
    open(item, event.target);
    // A link that is followed by keyboard moves the focus into the article; Escape moves it back.
    const [segment] = link && event.detail === 0 ? segments(item.dataset.at) : [];
    if (!segment) return;
    segment.tabIndex = -1;
    segment.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (!["Enter", " "].includes(event.key) || !event.target.matches("[role=button]")) return;
    event.preventDefault();
    event.target.click();
  });
  back.addEventListener("click", close);
})();
