"use strict";
(() => {
  const TOKEN = "summarise-token";
  const byId = (id) => document.getElementById(id);
  const all = (selector) => document.querySelectorAll(selector);
  const checked = (name) => document.querySelector(`input[name="${name}"]:checked`).value;

  // The token follows the "#", a part that browsers do not send. It is then removed from the address.
  const newToken = new URLSearchParams(location.hash.slice(1)).get("token");
  if (newToken) {
    sessionStorage.setItem(TOKEN, newToken);
    history.replaceState(null, "", location.pathname);
  }
  const token = sessionStorage.getItem(TOKEN) || "";

  let running = null;
  let result = null;
  let modelList = { default: [], models: [] };

  /** The error for a missing input. `field`: the element to fill in. */
  class Missing extends Error {
    constructor(message, field) {
      super(message);
      this.field = field;
    }
  }

  function element(name, text = "", className = "") {
    const created = document.createElement(name);
    created.textContent = text;
    if (className) created.className = className;
    return created;
  }

  async function request(path, options = {}) {
    const headers = { Authorization: `Bearer ${token}`, ...(options.headers || {}) };
    const response = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
    if (response.ok) return response;
    let message = `the server answered ${response.status}`;
    try { message = (await response.json()).detail; } catch { /* The response is not problem+json, so only the status is known. */ }
    throw new Error(message);
  }

  function fail(error) {
    const sentence = error instanceof TypeError ? "The server does not answer: start it again." : error.message;
    byId("problem").textContent = sentence.charAt(0).toUpperCase() + sentence.slice(1);
    byId("problem").hidden = false;
    if (error instanceof Missing) error.field.focus();
    else byId("problem").scrollIntoView({ block: "nearest" });
  }

  // The form

  function arrange() {
    const task = checked("task"), source = checked("source");
    for (const panel of all("[data-task]")) panel.hidden = panel.dataset.task !== task;
    for (const panel of all("[data-source]")) panel.hidden = panel.dataset.source !== source;
    byId("go").textContent = task === "checks" ? "Check" : "Summarise";
  }

  function choose(name, value) {
    document.querySelector(`input[name="${name}"][value="${value}"]`).checked = true;
    arrange();
  }

  function fillExample() {
    choose("source", "text");
    byId("text").value = byId("example-article").content.textContent;
    byId("claims").value = byId("example-summary").content.textContent.trim();
  }

  async function base64(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let start = 0; start < bytes.length; start += 32768) text += String.fromCharCode(...bytes.subarray(start, start + 32768));
    return btoa(text);
  }

  function filled(id, message) {
    if (!byId(id).value.trim()) throw new Missing(message, byId(id));
    return byId(id).value;
  }

  /** Returns the first article, and the others as `sources` 2, 3, … */
  async function articles() {
    switch (checked("source")) {
      case "file": {
        filled("file", "Choose a file first.");
        const files = await Promise.all(Array.from(byId("file").files, async (file) => ({ name: file.name, base64: await base64(file) })));
        return { article: files[0], sources: files.slice(1) };
      }
      case "address": {
        const addresses = filled("address", "Give an address first.").trim().split(/\s+/).map((url) => ({ url }));
        return { article: addresses[0], sources: addresses.slice(1) };
      }
      default:
        return { article: { text: filled("text", "Paste an article first.") } };
    }
  }

  async function body(task) {
    const fields = await articles();
    if (task === "checks") return { ...fields, summary: filled("claims", "Paste the summary first.") };
    const model = byId("model-name").hidden ? byId("model").value : filled("model-name", "Name a model first.").trim();
    if (model) fields.model = model;
    if (byId("length").value.trim()) fields.length = byId("length").value.trim();
    if (byId("focus").value.trim()) fields.focus = byId("focus").value.trim();
    return { ...fields, style: byId("style").value };
  }

  // Models

  const needsName = (model) => model.name.endsWith(":NAME");

  function option(value, text, nameFrom = null) {
    const created = element("option", text);
    created.value = value;
    if (nameFrom !== null) created.dataset.nameFrom = nameFrom;
    return created;
  }

  function group(label, options) {
    const created = document.createElement("optgroup");
    created.label = label;
    created.append(...options);
    return options.length ? [created] : [];
  }

  async function listModels() {
    modelList = await (await request("/v1/models")).json();
    const standard = modelList.default;
    const others = modelList.models.filter((model) => !(standard.length === 1 && standard[0] === model.name));
    const here = others.filter((model) => model.ready && !needsName(model));
    const keyed = others.filter((model) => model.ready && needsName(model) && model.place !== "your own server");
    const servers = others.filter((model) => model.place === "your own server");
    const named = (model) => option(model.name, `${model.name.replace(/:NAME$/, "")}: ${model.about}`, model.name.slice(0, -4));
    byId("model").replaceChildren(
      ...group("Ready", [
        option("", `${standard.join(", then ")} (default)`),
        ...here.map((model) => option(model.name, `${model.name}: ${model.about}`)),
      ]),
      ...group("Ready, with the name of a model", keyed.map(named)),
      ...group("Your own servers (not contacted)", servers.map(named)),
      option("", "Another model …", ""),
    );
    const missing = modelList.models.filter((model) => model.to_do && model.place !== "your own server");
    byId("not-ready").hidden = missing.length === 0;
    byId("not-ready").querySelector("summary").textContent = missing.length === 1 ? "1 model needs a step before it can be used" : `${missing.length} models need a step before they can be used`;
    byId("not-ready").querySelector("ul").replaceChildren(
      ...missing.map((model) => element("li", `${model.name.replace(/:NAME$/, "")}: ${model.to_do}`)),
    );
    describeModel();
  }

  function describeModel() {
    const chosen = byId("model").selectedOptions[0];
    const { nameFrom } = chosen.dataset;
    const name = chosen.value || modelList.default[0];
    byId("model-name").hidden = nameFrom === undefined;
    byId("model-about").textContent = nameFrom === undefined
      ? modelList.models.find((model) => model.name === name)?.about ?? ""
      : "Write the provider, a colon, and the provider's name for the model.";
  }

  function chooseModel() {
    describeModel();
    const { nameFrom } = byId("model").selectedOptions[0].dataset;
    if (nameFrom === undefined) return;
    byId("model-name").value = nameFrom;
    byId("model-name").focus();
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

  /** Shows the progress, and returns the data of the other events by name: `result`, the views and `run`. */
  async function outcome(response) {
    const received = {};
    for await (const [kind, data] of events(response.body)) {
      if (kind === "progress") showProgress(data);
      else if (kind === "problem") throw new Error(data.detail);
      else received[kind] = data;
    }
    if (!received.result) throw new Error("The server ended before it sent a result: start it again.");
    return received;
  }

  function showStage(event) {
    for (const item of byId("stages").children) item.className = "";
    let item = [...byId("stages").children].find((known) => known.dataset.stage === event.stage);
    if (!item) {
      item = document.createElement("li");
      item.dataset.stage = event.stage;
      byId("stages").append(item);
    }
    const name = STAGES[event.stage] || event.stage;
    item.className = "now";
    item.textContent = event.total ? `${name}, ${event.done} of ${event.total}` : name;
    byId("said").textContent = name;
    byId("doing").textContent = "";
  }

  function showProgress(event) {
    if (event.kind === "stage") showStage(event);
    else if (event.kind === "call started") byId("doing").textContent = `Asking ${event.backend} (call ${event.call})`;
    else if (event.kind === "retry") byId("doing").textContent = `${event.provider}: ${event.reason}; again in ${Math.ceil(event.seconds)} s`;
    else if (event.kind === "sentence" && !event.shown) byId("doing").textContent = `${event.verdict}: ${event.text}`;
  }

  /** Runs `work`, shows its progress, and lets the user stop it. */
  async function working(work) {
    if (running) return;
    running = new AbortController();
    const begun = Date.now();
    const clock = setInterval(() => { byId("seconds").textContent = `${Math.floor((Date.now() - begun) / 1000)} s`; }, 1000);
    byId("problem").hidden = true;
    byId("stages").replaceChildren();
    byId("doing").textContent = "Sent to the server";
    byId("seconds").textContent = "";
    byId("go").hidden = true;
    byId("stop").hidden = byId("progress").hidden = false;
    byId("progress").scrollIntoView({ block: "nearest" });
    try {
      await work(running.signal);
      byId("progress").hidden = true;
    } catch (error) {
      if (error.name === "AbortError") byId("doing").textContent = "Stopped";
      else { byId("progress").hidden = true; fail(error); }
    } finally {
      clearInterval(clock);
      running = null;
      byId("go").hidden = false;
      byId("stop").hidden = true;
    }
  }

  async function start() {
    const task = checked("task");
    await working(async (signal) => {
      const fields = await body(task);
      const response = await request(`/v1/${task}?views=html,markdown`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
        body: JSON.stringify(fields),
        signal,
      });
      showResult(await outcome(response));
    });
    if (task === "summaries") await listRuns();
  }

  // The result: known elements and attributes are copied from the evidence page

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
    byId("head").replaceChildren(copyOf(page.querySelector(".masthead")));
    byId("sentences").replaceChildren(copyOf(page.querySelector(".summary")));
    document.querySelector("#article > .article").replaceChildren(...copyOf(page.querySelector(".article")).childNodes);
    for (const text of all("#sentences .sentence .text")) text.setAttribute("role", "button");
    showState("result");
    const title = byId("head").querySelector("h2");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    // Mark the evidence of the first doubted sentence, as if the pointer were over the sentence.
    const first = byId("sentences").querySelector(".sentence:is(.contradicted, .unverified)") ?? byId("sentences").querySelector(".sentence");
    first?.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
  }

  function showState(state) {
    document.body.dataset.state = state;
    byId("result").hidden = state !== "result";
    byId("article").scrollTop = 0;
    scrollTo(0, 0);
  }

  function backToForm() {
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    showState("form");
    byId("go").focus({ preventScroll: true });
  }

  async function copyText() {
    const style = result.result.run.style;
    const bullets = style === "bullets" || style === "minutes";
    const parts = [...all("#sentences :is(.summary > h3, .sentence .text)")];
    const lines = parts.map((part) => (bullets && part.tagName === "P" ? `- ${part.textContent}` : part.textContent));
    await navigator.clipboard.writeText(lines.join(bullets ? "\n" : " "));
    byId("said").textContent = byId("copy").textContent = "Copied";
    setTimeout(() => { byId("copy").textContent = "Copy"; }, 2000);
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
    const created = element("button", text);
    created.type = "button";
    created.setAttribute("aria-label", label);
    created.addEventListener("click", () => act().catch(fail));
    return created;
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
    byId("history").hidden = false;
    byId("no-runs").hidden = runs.length > 0;
    byId("runs").replaceChildren(...runs.map((run) => {
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
  byId("form").addEventListener("submit", (event) => { event.preventDefault(); start(); });
  byId("stop").addEventListener("click", () => running?.abort());
  byId("again").addEventListener("click", backToForm);
  byId("copy").addEventListener("click", () => copyText().catch(fail));
  byId("model").addEventListener("change", chooseModel);
  byId("example-fill").addEventListener("click", () => { fillExample(); byId("go").focus({ preventScroll: true }); });
  byId("example-check").addEventListener("click", () => { choose("task", "checks"); fillExample(); start(); });
  const field = byId("text");
  field.addEventListener("dragover", (event) => { event.preventDefault(); field.classList.add("over"); });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    field.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    byId("file").files = event.dataTransfer.files;
    choose("source", "file");
  });
  arrange();
  if (token) listModels().then(listRuns).catch(fail);
  else fail(new Error("The token is missing: open the address that the program printed, including the part after the #."));
})();
