// The chat without page loads. Everything here works without this script too.
"use strict";
(() => {
  const FRAGMENT = "text/vnd.page-part+html";
  const policy = window.trustedTypes
    ? window.trustedTypes.createPolicy("np-fragment", { createHTML: (own) => own })
    : { createHTML: (own) => own };
  const parse = (own) => new DOMParser().parseFromString(policy.createHTML(own), "text/html");
  const make = (name, className, textContent = "") =>
    Object.assign(document.createElement(name), { className, textContent });
  const log = document.getElementById("log");
  const form = document.getElementById("answer");
  const turns = document.getElementById("turns");
  const box = document.getElementById("text");
  let last = Number(log.dataset.last);
  let sending = 0;
  let held = []; // came while a message was on its way
  let queue = Promise.resolve();
  let hurry = () => {};

  const scrollTo = (first) => {
    const end = document.documentElement.scrollHeight;
    const top = window.scrollY + first.getBoundingClientRect().top - 80;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    window.scrollTo({ top: Math.min(top, end), behavior: calm ? "auto" : "smooth" });
  };

  const swap = (part, fresh) => {
    const place = document.getElementById(part);
    if (place.textContent.trim() === fresh.textContent.trim()) return; // ticked boxes stay ticked
    const focused = place.contains(document.activeElement);
    place.replaceChildren(...fresh.childNodes);
    if (!focused) return;
    const target = place.querySelector("fieldset") || log;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  };

  const show = (page) => {
    if (page.querySelector("[data-hidden]")) {
      window.location.replace(form.action);
      return;
    }
    const fresh = [...page.querySelectorAll("[data-part=turns] > li")].filter((li) => !document.getElementById(li.id));
    for (const item of fresh) {
      const id = Number(item.dataset.turn);
      const next = [...turns.children].find((li) => !li.dataset.turn || Number(li.dataset.turn) > id);
      turns.insertBefore(item, next || null);
      last = Math.max(last, id);
    }
    if (Number(page.querySelector("[data-last]").dataset.last) < last) return; // overtaken by a later answer
    const receipt = page.querySelector("[data-part=receipt]");
    if (receipt.childElementCount) swap("receipt", receipt);
    if (fresh.some((item) => item.matches(".turn--screener"))) document.querySelector(".receipt")?.removeAttribute("open");
    swap("offer", page.querySelector("[data-part=offer]"));
    if (fresh.length) scrollTo(fresh.find((item) => !item.matches(".turn--reporter")) || fresh[0]);
  };

  const take = (own) => (sending ? held.push(own) : show(parse(own)));

  const complain = (page, text) => {
    document.getElementById("problem")?.remove();
    const problem = make("div", "problem");
    problem.id = "problem";
    problem.setAttribute("role", "alert");
    for (const part of page.querySelectorAll("main h1, main h1 + p")) problem.append(make("p", "", part.textContent));
    form.prepend(problem);
    if (text) box.value = box.value ? `${text}\n${box.value}` : text;
    box.focus();
  };

  const pending = (text) => {
    const item = make("li", "turn turn--reporter turn--pending");
    const body = make("div", "turn__body");
    body.append(Object.assign(make("p", "turn__text", text), { dir: "auto" }));
    item.append(make("p", "turn__author", form.dataset.you), body, make("p", "turn__state", form.dataset.waiting));
    turns.append(item);
    scrollTo(item);
    return item;
  };

  const delayed = (item) => {
    const state = item.querySelector(".turn__state");
    const again = make("button", "quiet", form.dataset.again);
    again.type = "button";
    again.addEventListener("click", () => hurry());
    state.replaceChildren(form.dataset.failed, " ", again);
  };

  const pause = (milliseconds) =>
    new Promise((resolve) => {
      hurry = resolve;
      window.setTimeout(resolve, milliseconds);
    });
  window.addEventListener("online", () => hurry());

  const deliver = async (body) => {
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), 45000);
    try {
      const headers = { Accept: FRAGMENT };
      const response = await fetch(`${form.action}?after=${last}`, { method: "POST", body, headers, signal: abort.signal });
      return { response, own: await response.text() };
    } finally {
      window.clearTimeout(timer);
    }
  };

  // The same client_id with every try: what did arrive is not stored twice.
  const send = async (body, item, text) => {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
      try {
        const { response, own } = await deliver(body);
        if (response.status < 500) {
          item.remove();
          if (response.redirected) window.location.replace(response.url);
          else if (response.ok) show(parse(own));
          else complain(parse(own), text);
          return;
        }
      } catch {
        // tried again below
      }
      delayed(item);
      await pause(wait);
    }
  };

  let pressed = null;
  document.addEventListener("click", (event) => {
    pressed = event.target.closest("button");
  });

  form.addEventListener("submit", (event) => {
    const button = event.submitter || pressed;
    if (button && button.name === "language") return;
    event.preventDefault();
    const choice = button && button.name === "choice" ? button.value : "";
    const ticks = [...document.querySelectorAll("#offer input:checked")];
    const chosen = choice || (!box.value.trim() && ticks.length);
    if (!chosen && !box.value.trim()) {
      box.focus();
      return;
    }
    const body = new URLSearchParams(new FormData(form));
    body.delete(chosen ? "text" : "tick");
    if (choice) body.set("choice", choice);
    body.set("client_id", [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join(""));
    const labels = choice && !choice.startsWith("done:") ? [button] : ticks.map((tick) => tick.parentElement);
    const text = chosen ? "" : box.value;
    if (!chosen) box.value = "";
    document.getElementById("problem")?.remove();
    const item = pending(text || labels.map((label) => label.textContent.trim()).join(", ") || button?.textContent || "");
    sending += 1;
    queue = queue.then(() => send(body, item, text)).then(() => {
      sending -= 1;
      if (!sending) held.splice(0).forEach((own) => show(parse(own)));
    });
  });

  box.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!sends || !window.matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    pressed = null;
    form.requestSubmit(form.querySelector("[name=send]"));
  });

  // --- What others say: events when the server has room, else asking now and then.
  const poll = (left) =>
    window.setTimeout(async () => {
      try {
        const response = await fetch(`${form.action}?after=${last}`, { headers: { Accept: FRAGMENT } });
        if (response.ok && !response.redirected) take(await response.text());
      } catch {
        // asked again
      }
      if (left) poll(left - 1);
      else listen();
    }, 5000);

  const listen = () => {
    if (!window.EventSource) {
      poll(Infinity);
      return;
    }
    const source = new EventSource(`${log.dataset.events}?after=${last}`);
    source.addEventListener("turns", (event) => take(event.data));
    source.addEventListener("typing", ({ data }) => document.dispatchEvent(new CustomEvent("typing", { detail: data })));
    source.addEventListener("hidden", () => window.location.replace(form.action));
    source.addEventListener("ended", () => {
      source.close();
      if (!box.value.trim() && !sending) window.location.replace(form.action);
    });
    source.addEventListener("error", () => source.readyState === EventSource.CLOSED && poll(12));
  };
  listen();
  if (turns.lastElementChild) window.scrollTo(0, document.documentElement.scrollHeight);
})();
