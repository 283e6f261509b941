// Marks in the article what a sentence rests on, and brings it into view. Without it the links still lead there.
(() => {
  const root = document.documentElement;
  const pane = document.getElementById("article");
  const back = pane.querySelector(".back");
  const status = document.getElementById("said");
  const narrow = matchMedia("(max-width: 60rem)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let current = null;

  root.classList.add("scripted-page");
  back.hidden = false;

  const segments = (number) => pane.querySelectorAll(`[data-e~="${number}"]`);

  function clear() {
    for (const one of document.querySelectorAll(".on, .against, .current")) one.classList.remove("on", "against", "current");
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
    if (item === current) return;
    clear();
    current = item;
    const numbers = item.dataset.at.split(" ").filter(Boolean);
    const sentence = item.closest(".sentence");
    const against = (sentence?.dataset.against ?? "").split(" ");
    (sentence ?? item).classList.add("current");
    for (const number of numbers) {
      for (const one of segments(number)) one.classList.add(against.includes(number) ? "against" : "on");
    }
    if (numbers.length) scrollTo(segments(numbers[0])[0]);
    const count = numbers.length === 1 ? "1 place" : `${numbers.length || "No"} places`;
    status.textContent = `${count} marked in the article`;
  }

  // On a narrow screen the article comes up from below, and the sentence stays in view above it.
  function open(item) {
    if (narrow.matches && item.dataset.at) {
      root.classList.add("open");
      item.scrollIntoView({ block: "nearest" });
    }
    show(item);
  }

  function close() {
    const item = current;
    // Before the rest: to get the focus is what opens the article.
    if (item && pane.contains(document.activeElement)) (item.querySelector("[tabindex], a") ?? item).focus({ preventScroll: true });
    root.classList.remove("open");
    clear();
  }

  const trigger = (event) => event.target.closest?.("[data-at]");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && !narrow.matches && trigger(event)) show(trigger(event));
  });
  document.addEventListener("focusin", (event) => trigger(event) && open(trigger(event)));
  document.addEventListener("click", (event) => {
    const item = trigger(event);
    if (!item) return;
    const link = event.target.closest("a[href]");
    if (link) event.preventDefault();
    open(item);
    // Followed by keyboard, a link leads into the article; Escape leads back.
    if (link && event.detail === 0) {
      const [segment] = segments(item.dataset.at);
      segment.tabIndex = -1;
      segment.focus({ preventScroll: true });
    }
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  back.addEventListener("click", close);
})();
