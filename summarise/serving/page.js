"use strict";
(() => {
  const TOKEN = "summarise-token";
  const at = (id) => document.getElementById(id);
  const all = (selector) => document.querySelectorAll(selector);
  const checked = (name) => document.querySelector(`input[name="${name}"]:checked`).value;

  // The token comes behind the "#", which no browser sends, and does not stay in the address.
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, "", location.pathname);
  }
  const token = sessionStorage.getItem(TOKEN) || "";

  let running = null;
  let result = null;
  let modelList = { default: [], models: [] };

  /** An input that is missing: `field` is where to put it. */
  class Missing extends Error {
    constructor(message, field) {
      super(message);
      this.field = field;
    }
  }

  function element(name, text = "", className = "") {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  async function request(path, options = {}) {
    const headers = { Authorization: `Bearer ${token}`, ...(options.headers || {}) };
    const response = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
    if (response.ok) return response;
    let message = `the server answered ${response.status}`;
    try { message = (await response.json()).detail; } catch { /* no problem+json: the status is all there is */ }
    throw new Error(message);
  }

  function fail(error) {
    const sentence = error instanceof TypeError ? "The server does not answer: start it again." : error.message;
    at("problem").textContent = sentence.charAt(0).toUpperCase() + sentence.slice(1);
    at("problem").hidden = false;
    if (error instanceof Missing) error.field.focus();
    else at("problem").scrollIntoView({ block: "nearest" });
  }

  // The form

  function arrange() {
    const task = checked("task"), source = checked("source");
    for (const panel of all("[data-task]")) panel.hidden = panel.dataset.task !== task;
    for (const panel of all("[data-source]")) panel.hidden = panel.dataset.source !== source;
    at("go").textContent = task === "checks" ? "Check" : "Summarise";
  }

  function choose(name, value) {
    document.querySelector(`input[name="${name}"][value="${value}"]`).checked = true;
    arrange();
  }

  function fillExample() {
    choose("source", "text");
    at("text").value = at("example-article").content.textContent;
    at("claims").value = at("example-summary").content.textContent.trim();
  }

  async function base64(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let start = 0; start < bytes.length; start += 32768) text += String.fromCharCode(...bytes.subarray(start, start + 32768));
    return btoa(text);
  }

  function filled(id, message) {
    if (!at(id).value.trim()) throw new Missing(message, at(id));
    return at(id).value;
  }

  /** Returns the article, and further ones as sources 2, 3, … */
  async function articles() {
    switch (checked("source")) {
      case "file": {
        filled("file", "Choose a file first.");
        const files = await Promise.all(Array.from(at("file").files, async (file) => ({ name: file.name, base64: await base64(file) })));
        return { article: files[0], sources: files.slice(1) };
      }
      case "address": {
        const given = filled("address", "Give an address first.").trim().split(/\s+/).map((url) => ({ url }));
        return { article: given[0], sources: given.slice(1) };
      }
      default:
        return { article: { text: filled("text", "Paste an article first.") } };
    }
  }

  async function body(task) {
    const asked = await articles();
    if (task === "checks") return { ...asked, summary: filled("claims", "Paste the summary first.") };
    const named = at("model-name").hidden ? at("model").value : filled("model-name", "Name a model first.").trim();
    if (named) asked.model = named;
    if (at("length").value.trim()) asked.length = at("length").value.trim();
    if (at("focus").value.trim()) asked.focus = at("focus").value.trim();
    return { ...asked, style: at("style").value };
  }

  // Models

  const needsName = (model) => model.name.endsWith(":NAME");

  function option(value, text, nameFrom = null) {
    const made = element("option", text);
    made.value = value;
    if (nameFrom !== null) made.dataset.nameFrom = nameFrom;
    return made;
  }

  function group(label, options) {
    const made = document.createElement("optgroup");
    made.label = label;
    made.append(...options);
    return options.length ? [made] : [];
  }

  async function listModels() {
    modelList = await (await request("/v1/models")).json();
    const standard = modelList.default;
    const others = modelList.models.filter((model) => !(standard.length === 1 && standard[0] === model.name));
    const here = others.filter((model) => model.ready && !needsName(model));
    const keyed = others.filter((model) => model.ready && needsName(model) && model.place !== "your own server");
    const servers = others.filter((model) => model.place === "your own server");
    const named = (model) => option(model.name, `${model.name.replace(/:NAME$/, "")}: ${model.about}`, model.name.slice(0, -4));
    at("model").replaceChildren(
      ...group("Ready", [
        option("", `${standard.join(", then ")} (default)`),
        ...here.map((model) => option(model.name, `${model.name}: ${model.about}`)),
      ]),
      ...group("Ready, with the name of a model", keyed.map(named)),
      ...group("Your own servers, not looked at", servers.map(named)),
      option("", "Another model …", ""),
    );
    const missing = modelList.models.filter((model) => model.to_do && model.place !== "your own server");
    at("not-ready").hidden = missing.length === 0;
    at("not-ready").querySelector("summary").textContent = missing.length === 1 ? "1 other needs a step first" : `${missing.length} others need a step first`;
    at("not-ready").querySelector("ul").replaceChildren(
      ...missing.map((model) => element("li", `${model.name.replace(/:NAME$/, "")}: ${model.to_do}`)),
    );
    describeModel();
  }

  function describeModel() {
    const chosen = at("model").selectedOptions[0];
    const { nameFrom } = chosen.dataset;
    const name = chosen.value || modelList.default[0];
    at("model-name").hidden = nameFrom === undefined;
    at("model-about").textContent = nameFrom === undefined
      ? modelList.models.find((model) => model.name === name)?.about ?? ""
      : "The provider, a colon, and the name that it has for the model.";
  }

  function chooseModel() {
    describeModel();
    const { nameFrom } = at("model").selectedOptions[0].dataset;
    if (nameFrom === undefined) return;
    at("model-name").value = nameFrom;
    at("model-name").focus();
  }

  // Progress

  const STAGES = { facts: "Reading the article", draft: "Drafting", rewrite: "Rewriting", merge: "Merging", check: "Checking", judge: "Judging", repair: "Repairing" };

  async function* events(stream) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
        const lines = text.slice(0, end).split("\n");
        const kind = lines.find((line) => line.startsWith("event: "));
        const data = lines.find((line) => line.startsWith("data: "));
        if (kind && data) yield [kind.slice(7), JSON.parse(data.slice(6))];
      }
    }
  }

  /** Returns what comes after the progress: `result` and the views by their names. */
  async function outcome(response) {
    const found = {};
    for await (const [kind, data] of events(response.body)) {
      if (kind === "progress") showProgress(data);
      else if (kind === "problem") throw new Error(data.detail);
      else found[kind] = data;
    }
    if (!found.result) throw new Error("The server ended before there was a result: start it again.");
    return found;
  }

  function showStage(event) {
    for (const item of at("stages").children) item.className = "";
    let item = [...at("stages").children].find((known) => known.dataset.stage === event.stage);
    if (!item) {
      item = document.createElement("li");
      item.dataset.stage = event.stage;
      at("stages").append(item);
    }
    const name = STAGES[event.stage] || event.stage;
    item.className = "now";
    item.textContent = event.total ? `${name}, ${event.done} of ${event.total}` : name;
    at("said").textContent = name;
    at("doing").textContent = "";
  }

  function showProgress(event) {
    if (event.kind === "stage") showStage(event);
    else if (event.kind === "call started") at("doing").textContent = `Asking ${event.backend} (call ${event.call})`;
    else if (event.kind === "retry") at("doing").textContent = `${event.provider}: ${event.reason}; again in ${Math.ceil(event.seconds)} s`;
    else if (event.kind === "sentence" && !event.shown) at("doing").textContent = `${event.verdict}: ${event.text}`;
  }

  /** Does work that can be stopped, with its progress shown. */
  async function working(work) {
    if (running) return;
    running = new AbortController();
    const begun = Date.now();
    const clock = setInterval(() => { at("seconds").textContent = `${Math.floor((Date.now() - begun) / 1000)} s`; }, 1000);
    at("problem").hidden = true;
    at("stages").replaceChildren();
    at("doing").textContent = "Sent to the server";
    at("seconds").textContent = "";
    at("go").hidden = true;
    at("stop").hidden = at("progress").hidden = false;
    at("progress").scrollIntoView({ block: "nearest" });
    try {
      await work(running.signal);
      at("progress").hidden = true;
    } catch (error) {
      if (error.name === "AbortError") at("doing").textContent = "Stopped";
      else { at("progress").hidden = true; fail(error); }
    } finally {
      clearInterval(clock);
      running = null;
      at("go").hidden = false;
      at("stop").hidden = true;
    }
  }

  async function start() {
    const task = checked("task");
    await working(async (signal) => {
      const asked = await body(task);
      const response = await request(`/v1/${task}?views=html,markdown`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
        body: JSON.stringify(asked),
        signal,
      });
      showResult(await outcome(response));
    });
    if (task === "summaries") await listRuns();
  }

  // The result: the evidence page, of which only known elements and attributes are copied

  const ELEMENTS = new Set("A B BDI DD DEL DETAILS DIV DL DT H2 H3 I INS LI OL P Q SECTION SMALL SPAN STRONG SUMMARY UL".split(" "));
  const RENAMED = { HEADER: "DIV", H1: "H2" };
  const ATTRIBUTES = "aria-hidden aria-label aria-labelledby class data-against data-at data-c data-e data-n dir href id role tabindex".split(" ");

  function copyOf(node) {
    if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
    const name = RENAMED[node.nodeName] || node.nodeName;
    if (!ELEMENTS.has(name)) return document.createTextNode("");
    const copy = document.createElement(name);
    for (const attribute of ATTRIBUTES) if (node.hasAttribute(attribute)) copy.setAttribute(attribute, node.getAttribute(attribute));
    if (name === "A" && !node.getAttribute("href").startsWith("#")) {
      if (!/^https?:/.test(copy.href)) copy.removeAttribute("href");
      copy.target = "_blank";
      copy.rel = "noopener noreferrer";
    }
    copy.append(...[...node.childNodes].map(copyOf));
    return copy;
  }

  function showResult(found) {
    result = found;
    const page = new DOMParser().parseFromString(found.html, "text/html");
    at("head").replaceChildren(copyOf(page.querySelector(".masthead")));
    at("sentences").replaceChildren(copyOf(page.querySelector(".summary")));
    document.querySelector("#article > .article").replaceChildren(...copyOf(page.querySelector(".article")).childNodes);
    for (const text of all("#sentences .sentence .text")) text.setAttribute("role", "button");
    showState("result");
    const title = at("head").querySelector("h2");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    // The first doubted sentence is as if pointed at, so that its place is marked without a touch.
    const first = at("sentences").querySelector(".sentence:is(.contradicted, .unverified)") ?? at("sentences").querySelector(".sentence");
    first?.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
  }

  function showState(state) {
    document.body.dataset.state = state;
    at("result").hidden = state !== "result";
    at("article").scrollTop = 0;
    scrollTo(0, 0);
  }

  function backToForm() {
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    showState("form");
    at("go").focus({ preventScroll: true });
  }

  async function copyText() {
    const style = result.result.run.style;
    const bullets = style === "bullets" || style === "minutes";
    const parts = [...all("#sentences :is(.summary > h3, .sentence .text)")];
    const lines = parts.map((part) => (bullets && part.tagName === "P" ? `- ${part.textContent}` : part.textContent));
    await navigator.clipboard.writeText(lines.join(bullets ? "\n" : " "));
    at("said").textContent = at("copy").textContent = "Copied";
    setTimeout(() => { at("copy").textContent = "Copy"; }, 2000);
  }

  function save(kind) {
    const [text, type, ending] = {
      html: [result.html, "text/html", "html"],
      json: [JSON.stringify(result.result, null, 2), "application/json", "json"],
      markdown: [result.markdown, "text/markdown", "md"],
    }[kind];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    link.download = `summary.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // The history

  const SYMBOLS = { supported: "✓", unverified: "?", contradicted: "✗" };

  function button(text, label, act) {
    const made = element("button", text);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => act().catch(fail));
    return made;
  }

  function replay(run) {
    return working(async (signal) => {
      const response = await request(`/v1/runs/${run.id}?views=html,markdown`, { headers: { Accept: "text/event-stream" }, signal });
      showResult(await outcome(response));
    });
  }

  async function remove(run) {
    await request(`/v1/runs/${run.id}`, { method: "DELETE" });
    await listRuns();
  }

  async function listRuns() {
    let runs = [];
    try { runs = await (await request("/v1/runs")).json(); } catch { return; }
    at("history").hidden = false;
    at("no-runs").hidden = runs.length > 0;
    at("runs").replaceChildren(...runs.map((run) => {
      const item = document.createElement("li");
      const about = element("div", "", "what");
      const title = element("span", run.title);
      title.dir = "auto";
      const line = element("span", "", "soft");
      const end = run.verdict ? element("span", `${SYMBOLS[run.verdict]} ${run.verdict}`, `verdict ${run.verdict}`) : run.message;
      line.append(end, ` · ${run.model} · ${new Date(run.saved).toLocaleString()}`);
      about.append(title, line);
      item.append(about);
      if (run.verdict) item.append(button("Show", `Show ${run.title}`, () => replay(run)));
      item.append(button("Remove", `Remove ${run.title}`, () => remove(run)));
      return item;
    }));
  }

  for (const radio of all("input[type=radio]")) radio.addEventListener("change", arrange);
  for (const control of all("[data-save]")) control.addEventListener("click", () => save(control.dataset.save));
  at("form").addEventListener("submit", (event) => { event.preventDefault(); start(); });
  at("stop").addEventListener("click", () => running?.abort());
  at("again").addEventListener("click", backToForm);
  at("copy").addEventListener("click", () => copyText().catch(fail));
  at("model").addEventListener("change", chooseModel);
  at("example-fill").addEventListener("click", () => { fillExample(); at("go").focus({ preventScroll: true }); });
  at("example-check").addEventListener("click", () => { choose("task", "checks"); fillExample(); start(); });
  const field = at("text");
  field.addEventListener("dragover", (event) => { event.preventDefault(); field.classList.add("over"); });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    field.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    at("file").files = event.dataTransfer.files;
    choose("source", "file");
  });
  arrange();
  if (token) listModels().then(listRuns).catch(fail);
  else fail(new Error("The token is missing: open the address that the program printed, with everything behind the #."));
})();
