"use strict";
(() => {
  const TOKEN = "summarise-token";
  const at = (id) => document.getElementById(id);
  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;

  // The token comes behind the "#", which no browser sends, and does not stay in the address.
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, "", location.pathname);
  }
  const token = sessionStorage.getItem(TOKEN) || "";

  let running = null;
  let shown = null;

  async function ask(path, options = {}) {
    const headers = { Authorization: `Bearer ${token}`, ...(options.headers || {}) };
    const answer = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
    if (answer.ok) return answer;
    let told = `the server answered ${answer.status}`;
    try { told = (await answer.json()).detail; } catch { /* no problem+json: the status is all there is */ }
    throw new Error(told);
  }

  function fail(error) {
    at("problem").textContent = error instanceof TypeError ? "The server is not there any more: start it again." : error.message;
    at("problem").hidden = false;
  }

  // What is chosen decides which fields are there.
  function arrange() {
    const task = chosen("task"), source = chosen("source");
    for (const one of document.querySelectorAll("[data-task]")) one.hidden = one.dataset.task !== task;
    for (const one of document.querySelectorAll("[data-source]")) one.hidden = one.dataset.source !== source;
    at("go").textContent = task === "checks" ? "Check" : "Summarise";
  }

  function choose(source) {
    document.querySelector(`input[name="source"][value="${source}"]`).checked = true;
    arrange();
  }

  async function base64(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let start = 0; start < bytes.length; start += 32768) text += String.fromCharCode(...bytes.subarray(start, start + 32768));
    return btoa(text);
  }

  async function article() {
    switch (chosen("source")) {
      case "file": {
        const file = at("file").files[0];
        if (!file) throw new Error("Choose a file first.");
        return { name: file.name, base64: await base64(file) };
      }
      case "address": {
        if (!at("address").value.trim()) throw new Error("Give an address first.");
        return { url: at("address").value.trim() };
      }
      default: {
        if (!at("text").value.trim()) throw new Error("Paste an article first.");
        return { text: at("text").value };
      }
    }
  }

  async function wanted(task) {
    const asked = { article: await article() };
    if (task === "checks") {
      if (!at("summary").value.trim()) throw new Error("Paste the summary first.");
      return { ...asked, summary: at("summary").value };
    }
    if (at("model").value.trim()) asked.model = at("model").value.trim();
    if (at("length").value.trim()) asked.length = at("length").value.trim();
    return { ...asked, style: at("style").value };
  }

  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
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

  // Returns what an answer of events comes to: result, run and views by their names.
  async function outcome(answer, follow = () => {}) {
    const found = {};
    for await (const [kind, data] of events(answer.body)) {
      if (kind === "progress") follow(data);
      else if (kind === "problem") throw new Error(data.detail);
      else found[kind] = data;
    }
    if (!found.result) throw new Error("The server ended before there was a result: start it again.");
    return found;
  }

  const STAGES = { facts: "Reading the article", draft: "Drafting", rewrite: "Rewriting", merge: "Merging", check: "Checking", judge: "Judging", repair: "Repairing" };

  function follow(told) {
    if (told.kind === "stage") {
      const name = STAGES[told.stage] || told.stage;
      for (const one of at("stages").children) one.className = "";
      let item = [...at("stages").children].find((one) => one.dataset.stage === told.stage);
      if (!item) {
        item = document.createElement("li");
        item.dataset.stage = told.stage;
        at("stages").append(item);
      }
      item.className = "now";
      item.textContent = told.total ? `${name}, ${told.done} of ${told.total}` : name;
      at("told").textContent = name;
    } else if (told.kind === "call started") {
      at("told").textContent = `Asking ${told.backend} (call ${told.call})`;
    } else if (told.kind === "retry") {
      at("told").textContent = `${told.provider}: ${told.reason}; again in ${Math.ceil(told.seconds)} s`;
    } else if (told.kind === "sentence" && !told.shown) {
      at("told").textContent = `${told.verdict}: ${told.text}`;
    }
  }

  function show(found, title) {
    shown = found;
    const sentences = found.result.sentences;
    const worst = ["contradicted", "unverified"].find((one) => sentences.some((sentence) => sentence.verdict === one)) || (sentences.length ? "supported" : "unverified");
    const supported = sentences.filter((sentence) => sentence.verdict === "supported").length;
    at("result-title").textContent = title;
    const least = worst === "supported" ? "" : `; the worst verdict is ${worst}`;
    at("verdict").textContent = `${supported} of ${sentences.length} sentence${sentences.length === 1 ? "" : "s"} supported${least}`;
    at("verdict").className = worst;
    at("words").textContent = sentences.map((sentence) => sentence.text).join(found.result.run.style === "bullets" ? "\n" : " ");
    at("evidence").srcdoc = found.html;
    at("result").hidden = false;
    at("result-title").focus();
  }

  async function go(happening) {
    happening.preventDefault();
    if (running) return;
    at("problem").hidden = true;
    at("stages").replaceChildren();
    at("told").textContent = "";
    const task = chosen("task");
    running = new AbortController();
    at("go").disabled = true;
    at("stop").hidden = false;
    try {
      const asked = await wanted(task);
      at("progress").hidden = false;
      at("result").hidden = true;
      const answer = await ask(`/v1/${task}?views=html,markdown`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
        body: JSON.stringify(asked),
        signal: running.signal,
      });
      const found = await outcome(answer, follow);
      for (const one of at("stages").children) one.className = "";
      at("told").textContent = "Done";
      show(found, task === "checks" ? "What was checked" : "Summary");
    } catch (error) {
      if (error.name === "AbortError") at("told").textContent = "Stopped";
      else { at("progress").hidden = true; fail(error); }
    } finally {
      running = null;
      at("go").disabled = false;
      at("stop").hidden = true;
    }
    if (task === "summaries") await list();
  }

  function save(kind) {
    const [text, type, ending] = {
      html: [shown.html, "text/html", "html"],
      json: [JSON.stringify(shown.result, null, 2), "application/json", "json"],
      markdown: [shown.markdown, "text/markdown", "md"],
    }[kind];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    link.download = `summary.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function button(text, label, does) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => does().catch(fail));
    return made;
  }

  async function replay(run) {
    at("problem").hidden = true;
    const answer = await ask(`/v1/runs/${run.id}?views=html,markdown`, { headers: { Accept: "text/event-stream" } });
    show(await outcome(answer), `Summary of ${new Date(run.saved).toLocaleString()}`);
  }

  async function list() {
    let runs;
    try { runs = await (await ask("/v1/runs")).json(); } catch { return; }
    at("history").hidden = false;
    at("no-runs").hidden = runs.length > 0;
    at("runs").replaceChildren(...runs.map((run) => {
      const item = document.createElement("li");
      const what = document.createElement("span");
      what.className = "what";
      what.dir = "auto";
      what.textContent = `${run.title} · ${run.model} · ${new Date(run.saved).toLocaleString()} · ${run.verdict || run.message}`;
      item.append(what);
      if (run.verdict) item.append(button("Show", `Show ${run.title}`, () => replay(run)));
      item.append(button("Remove", `Remove ${run.title}`, async () => { await ask(`/v1/runs/${run.id}`, { method: "DELETE" }); await list(); }));
      return item;
    }));
  }

  async function models() {
    const found = await (await ask("/v1/models")).json();
    at("model").placeholder = found.default.join(", ");
    at("models").replaceChildren(...found.models.filter((one) => one.ready !== false).map((one) => {
      const option = document.createElement("option");
      option.value = one.name.replace(/:NAME$/, ":");
      option.label = one.about;
      return option;
    }));
  }

  for (const one of document.querySelectorAll("input[type=radio]")) one.addEventListener("change", arrange);
  at("form").addEventListener("submit", go);
  at("stop").addEventListener("click", () => running && running.abort());
  for (const one of document.querySelectorAll("[data-save]")) one.addEventListener("click", () => save(one.dataset.save));
  const field = at("text");
  field.addEventListener("dragover", (happening) => { happening.preventDefault(); field.classList.add("over"); });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (happening) => {
    field.classList.remove("over");
    if (!happening.dataTransfer.files.length) return;
    happening.preventDefault();
    at("file").files = happening.dataTransfer.files;
    choose("file");
  });
  arrange();
  if (token) { models().then(list).catch(fail); }
  else fail(new Error("The token is missing: open the address that the program printed, with all that stands behind the #."));
})();
