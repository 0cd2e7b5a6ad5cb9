// Keeps the desk's pages up to date and sends without loading them again. Everything here works without it too.
"use strict";
(() => {
  const FRAGMENT = "text/vnd.page-part+html";
  const policy = window.trustedTypes
    ? window.trustedTypes.createPolicy("np-fragment", { createHTML: (own) => own })
    : { createHTML: (own) => own };
  const parse = (own) => new DOMParser().parseFromString(policy.createHTML(own), "text/html");
  const find = (id) => document.getElementById(id);
  const make = (name, className, text) => {
    const element = document.createElement(name);
    element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  const list = find("queue");
  const log = find("log");
  const turns = find("turns");
  const stale = find("stale");
  const source = log || (list && list.dataset.events ? list : null);
  let last = log ? Number(log.dataset.last) : 0;
  let unseen = false;
  let sending = 0;
  let hurry = () => {};

  const box = () => find("write") && find("text");
  const hasDraft = () => Boolean(box() && box().value.trim());
  let kept = ""; // the draft as the server has it
  let leaving = false;
  const leaveFor = (address) => {
    if ((hasDraft() && box().value !== kept) || sending) return; // what was typed is worth more than a fresh page
    leaving = true;
    window.location.replace(address);
  };
  const reload = () => leaveFor(window.location.href);

  // --- Clocks: the server's time counts, whatever this machine thinks it is.
  let ahead = 0;
  const tick = () => {
    if (!list) return;
    const { clockNow, clockMinutes, clockHours } = list.dataset;
    for (const time of document.querySelectorAll("[data-since]")) {
      const minutes = Math.max(0, Math.floor((Date.now() + ahead - Date.parse(time.dataset.since)) / 60000));
      const pattern = minutes < 1 ? clockNow : minutes < 60 ? clockMinutes : clockHours;
      const text = pattern.replace("%H", Math.floor(minutes / 60)).replace("%M", minutes % 60);
      if (time.textContent !== text) time.textContent = text;
    }
  };
  const setClock = (now) => {
    ahead = Date.parse(now) - Date.now();
  };

  // --- Parts of the page. A part is put in only when its key changed, so what one reads or types stays.
  const nameOf = (element) => [element.tagName, element.getAttribute("href"), element.form && element.form.action, element.value].join(" ");
  const swap = (fresh) => {
    const place = find(fresh.dataset.part);
    if (!place || place.dataset.key === fresh.dataset.key) return;
    const focused = place.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    const open = [...place.querySelectorAll("details")].map((details) => details.open);
    place.replaceChildren(...fresh.childNodes);
    place.dataset.key = fresh.dataset.key;
    place.querySelectorAll("details").forEach((details, index) => (details.open = Boolean(open[index])));
    if (focused === null) return;
    const again = [...place.querySelectorAll("a, button, summary")].find((element) => nameOf(element) === focused);
    if (again) again.focus({ preventScroll: true });
  };

  const setTitle = (waiting) => {
    if (!list) return;
    const count = waiting === undefined ? (document.title.match(/\((\d+)\)/) || [])[1] : waiting;
    document.title = `${unseen ? "● " : ""}${Number(count) ? `(${count}) ` : ""}${list.dataset.title}`;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !unseen) return;
    unseen = false;
    setTitle();
  });

  // --- Somebody in danger: a sound, the title, and a notification for who allowed it. It says that, and nothing else.
  const alertMe = find("alert-me");
  let acute = list ? Number(list.dataset.acute) : 0;
  let audio;
  const beep = () => {
    audio = audio || new AudioContext();
    [0, 0.25, 0.5].forEach((at) => {
      const tone = audio.createOscillator();
      const loud = audio.createGain();
      loud.gain.value = 0.2;
      tone.frequency.value = 880;
      tone.connect(loud).connect(audio.destination);
      tone.start(audio.currentTime + at);
      tone.stop(audio.currentTime + at + 0.15);
    });
  };
  const alarm = (count) => {
    if (count > acute) {
      unseen = unseen || document.hidden;
      if (window.AudioContext) beep();
      if (window.Notification && Notification.permission === "granted" && document.hidden) new Notification(list.dataset.alarm, { tag: "acute" });
    }
    acute = count;
  };
  if (alertMe && window.Notification && Notification.permission !== "granted") {
    alertMe.hidden = false;
    alertMe.addEventListener("click", async () => {
      beep();
      await Notification.requestPermission();
      alertMe.hidden = true;
    });
  }

  const showQueue = (page) => {
    const fresh = page.querySelector("[data-part=queue]");
    if (!fresh) return;
    setClock(fresh.dataset.now);
    alarm(Number(fresh.dataset.acute));
    setTitle(fresh.dataset.waiting);
    for (const count of document.querySelectorAll("[data-count]")) count.textContent = fresh.dataset[count.dataset.count];
    const said = find("said");
    if (said.textContent !== fresh.dataset.said) said.textContent = fresh.dataset.said;
    page.querySelectorAll("[data-part]").forEach(swap);
    tick();
  };

  // --- The conversation. In the wide layout it scrolls by itself, otherwise the page does.
  const scroller = () => (/auto|scroll/.test(getComputedStyle(log).overflowY) ? log : document.scrollingElement);
  const isAtEnd = () => {
    const pane = scroller();
    return pane.scrollHeight - pane.scrollTop - pane.clientHeight < 120;
  };
  const toEnd = () => {
    const pane = scroller();
    pane.scrollTop = pane.scrollHeight;
    find("newer").hidden = true;
  };

  const addTurns = (page) => {
    const fresh = [...page.querySelectorAll("[data-part=turns] > li")].filter((item) => !find(item.id));
    if (!fresh.length) return;
    const wasAtEnd = isAtEnd();
    for (const item of fresh) {
      const id = Number(item.dataset.turn);
      const next = [...turns.children].find((other) => !other.dataset.turn || Number(other.dataset.turn) > id);
      turns.insertBefore(item, next || null);
      last = Math.max(last, id);
    }
    const theirs = fresh.some((item) => item.matches(".said--reporter"));
    if (theirs && document.hidden) {
      unseen = true;
      setTitle();
    }
    if (wasAtEnd) toEnd();
    else if (theirs) find("newer").hidden = false;
  };

  const showCase = (page) => {
    addTurns(page);
    for (const fresh of page.querySelectorAll("[data-part]")) {
      if (fresh.dataset.part === "turns") continue;
      if (fresh.dataset.part === "composer" && fresh.dataset.key !== find("composer").dataset.key && (hasDraft() || sending)) {
        lockComposer();
        continue;
      }
      swap(fresh);
    }
    wire();
    tick();
  };

  const complain = (...lines) => {
    find("problem")?.remove();
    const problem = make("div", "problem");
    problem.id = "problem";
    problem.setAttribute("role", "alert");
    lines.filter(Boolean).forEach((line, index) => {
      const text = make("p", "");
      text.append(index ? line : make("strong", "", line));
      problem.append(text);
    });
    find("composer").prepend(problem);
  };

  const lockComposer = () => {
    const form = find("write");
    if (!form || box().readOnly) return;
    box().readOnly = true;
    form.querySelector("button").disabled = true;
    complain(form.dataset.moved);
  };

  // --- Sending. The same client_id goes with every try, so a message that did arrive is not stored twice.
  const pendingItem = (text, form) => {
    const item = make("li", "said said--screener said--pending");
    const words = make("p", "said__text", text);
    words.dir = "auto";
    const body = make("div", "said__body");
    body.append(words);
    item.append(body, make("p", "said__state", form.dataset.sending));
    turns.append(item);
    toEnd();
    return item;
  };

  const delayed = (item, form) => {
    const again = make("button", "desk-button desk-button--plain", form.dataset.again);
    again.type = "button";
    again.addEventListener("click", () => hurry());
    const wasAtEnd = isAtEnd();
    item.querySelector(".said__state").replaceChildren(form.dataset.failed, " ", again);
    if (wasAtEnd) toEnd();
  };

  const newId = () => [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join("");

  const pause = (milliseconds) =>
    new Promise((resolve) => {
      hurry = resolve;
      window.setTimeout(resolve, milliseconds);
    });
  window.addEventListener("online", () => hurry());

  const giveBack = (page, text) => {
    const field = box();
    if (field && text) field.value = field.value ? `${text}\n${field.value}` : text;
    complain(page.querySelector("main h1")?.textContent, page.querySelector("main h1 + p")?.textContent);
    if (field) field.focus();
  };

  const deliver = async (form, body, item, text) => {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
      try {
        const response = await fetch(`${form.action}?after=${last}`, { method: "POST", body, headers: { Accept: FRAGMENT } });
        if (response.status < 500) {
          const page = parse(await response.text());
          item.remove();
          sending -= 1;
          if (response.ok) showCase(page);
          else giveBack(page, text);
          return;
        }
      } catch {
        // no network: tried again below
      }
      delayed(item, form);
      await pause(wait);
    }
  };

  let line = Promise.resolve();
  const send = (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = box().value;
    if (!text.trim() || box().readOnly) return;
    const body = new URLSearchParams(new FormData(form));
    body.set("client_id", newId());
    window.clearTimeout(draftTimer); // what is sent is no draft any more
    box().value = "";
    find("problem")?.remove();
    const item = pendingItem(text, form);
    sending += 1;
    line = line.then(() => deliver(form, body, item, text));
  };

  // --- The draft is kept on the server, sealed, a moment after the last key: a lost connection loses nothing.
  let draftTimer;
  let draftAt = 0;
  const keepDraft = (form) => {
    window.clearTimeout(draftTimer);
    const save = () => {
      draftAt = Date.now();
      const words = box() ? box().value : "";
      const body = new URLSearchParams({ csrf: form.elements.csrf.value, text: words });
      fetch(form.dataset.draft, { method: "POST", body })
        .then((answer) => answer.ok && (kept = words))
        .catch(() => {});
    };
    if (Date.now() - draftAt > 4000) save(); // the other side sees that somebody is typing
    else draftTimer = window.setTimeout(save, 1000);
  };

  const wirePhrases = () => {
    const phrases = find("phrases");
    if (!phrases) return;
    const wanted = find("find-phrase");
    phrases.querySelector(".phrases__find").hidden = false;
    phrases.addEventListener("toggle", () => phrases.open && wanted.focus());
    wanted.addEventListener("input", () => {
      const words = wanted.value.toLowerCase().split(/\s+/);
      for (const line of phrases.querySelectorAll("li")) line.hidden = !words.every((word) => line.textContent.toLowerCase().includes(word));
      for (const group of phrases.querySelectorAll("section")) group.hidden = !group.querySelector("li:not([hidden])");
    });
    phrases.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        phrases.open = false;
        phrases.querySelector("summary").focus();
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const shown = [wanted, ...phrases.querySelectorAll("section:not([hidden]) li:not([hidden]) button")];
      shown[Math.min(shown.length - 1, Math.max(0, shown.indexOf(document.activeElement) + step))].focus();
    });
    find("say-phrase").addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.currentTarget;
      const button = event.submitter;
      const body = new URLSearchParams(new FormData(form));
      body.set("phrase", button.value);
      body.set("client_id", newId());
      phrases.open = false;
      const item = pendingItem(button.querySelector(".phrases__own").textContent, find("write"));
      sending += 1;
      line = line.then(() => deliver(form, body, item, ""));
      if (box()) box().focus();
    });
  };

  const wire = () => {
    const form = find("write");
    if (!form || form.dataset.wired) return;
    form.dataset.wired = "1";
    kept = box().defaultValue;
    form.addEventListener("submit", send);
    box().addEventListener("input", () => keepDraft(form));
    wirePhrases();
    box().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
  };

  // --- Events when the server has room for them, asking now and then when it has not.
  const show = (page) => {
    if (page.querySelector("[data-part=turns]")) showCase(page);
    else showQueue(page);
  };
  const setStale = (isStale) => {
    if (stale) stale.hidden = !isStale;
  };

  const ask = async () => {
    try {
      const response = await fetch(`${source.dataset.page}${source === log ? `?after=${last}` : ""}`, { headers: { Accept: FRAGMENT } });
      setStale(response.status >= 500);
      if (response.ok) show(parse(await response.text()));
      else if (response.status < 500) reload();
    } catch {
      setStale(true);
    }
  };
  const poll = (left) =>
    window.setTimeout(async () => {
      await ask();
      if (left) poll(left - 1);
      else listen();
    }, 5000);

  const listen = () => {
    if (!window.EventSource) {
      poll(Infinity);
      return;
    }
    const address = source === log ? `${source.dataset.events}?after=${last}` : source.dataset.events;
    const events = new EventSource(address);
    events.addEventListener("open", () => setStale(false));
    events.addEventListener("case", (event) => showCase(parse(event.data)));
    events.addEventListener("queue", (event) => showQueue(parse(event.data)));
    events.addEventListener("ended", () => {
      events.close();
      reload();
      poll(12); // still here only when something typed has to stay
    });
    events.addEventListener("error", () => {
      setStale(true);
      if (events.readyState === EventSource.CLOSED) poll(12);
    });
  };

  // --- Keys and small comforts
  document.addEventListener("keydown", (event) => {
    const confirm = event.target.closest("details.confirm[open]");
    if (event.key === "Escape" && confirm) {
      confirm.open = false;
      confirm.querySelector("summary").focus();
    }
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".cases")) return;
    const links = [...document.querySelectorAll(".case__link")];
    const here = links.findIndex((link) => link.closest(".case").contains(event.target));
    const next = links[here + step];
    if (next) next.focus();
  });

  window.addEventListener("beforeunload", (event) => {
    if ((hasDraft() || sending) && !leaving) event.preventDefault();
  });
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());

  const pending = document.querySelector("[data-pending]");
  if (pending) {
    window.setInterval(async () => {
      const response = await fetch(pending.dataset.pending, { redirect: "follow" }).catch(() => null);
      if (response && response.redirected) window.location.replace(response.url);
    }, 10000);
  }

  if (list) {
    setClock(list.dataset.now);
    window.setInterval(tick, 10000);
  }
  if (log) {
    find("newer").addEventListener("click", toEnd);
    if (scroller() === log) toEnd();
    wire();
  }
  if (source) listen();
})();
