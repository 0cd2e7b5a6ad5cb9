// Leaving at once: cover the page first, then let the server end the session and go on to a harmless site.
// The link does the same without this script.
"use strict";
(() => {
  const make = (name, className) => Object.assign(document.createElement(name), { className });

  const exits = document.querySelectorAll("[data-exit]");
  const exit = document.querySelector(".exit") || exits[0];
  const said = ((exit && exit.dataset.said) || "").split("|");
  const cover = () => {
    const sheet = make("div", "cover");
    document.documentElement.classList.add("covered");
    document.body.append(sheet);
    return sheet;
  };
  const leave = (event) => {
    if (event) event.preventDefault();
    document.title = exit.dataset.title || "";
    // What was typed and not sent must not come back when the browser restores the page.
    document.querySelectorAll("textarea").forEach((box) => (box.value = ""));
    const sheet = cover();
    sheet.setAttribute("role", "alert");
    sheet.textContent = said[2] || "";
    window.location.replace(exit.href);
  };
  if (exit) {
    exits.forEach((link) => link.addEventListener("click", leave));
    const status = make("p", "visually-hidden");
    status.setAttribute("role", "status");
    document.body.append(status);
    let presses = 0;
    let chord = false; // Shift that writes a capital does not count
    let timer;
    const reset = () => {
      window.clearTimeout(timer);
      presses = 0;
      delete exit.dataset.presses;
      status.textContent = "";
    };
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Shift") {
        chord = event.shiftKey;
        if (presses) reset();
      }
    });
    document.addEventListener("keyup", (event) => {
      if (event.key !== "Shift") return;
      if (chord) {
        chord = false;
        return;
      }
      presses += 1;
      exit.dataset.presses = presses;
      status.textContent = said[presses - 1] || "";
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        reset();
        status.textContent = said[3] || "";
      }, 5000);
      if (presses === 3) leave();
    });
  }
  // A page that the browser kept aside comes back covered, and is asked for anew: after leaving there is nothing in it.
  window.addEventListener("pagehide", cover);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.replace(window.location.pathname + window.location.search);
  });

  document.querySelectorAll("details.menu").forEach((menu) => {
    document.addEventListener("click", (event) => menu.contains(event.target) || menu.removeAttribute("open"));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });

  // --- Start: the chat takes this page's place, so that Back does not lead to it after leaving.
  const start = document.querySelector("[data-start]");
  if (start) {
    start.addEventListener("submit", async (event) => {
      if (!event.submitter) return;
      event.preventDefault();
      const language = make("input", "");
      Object.assign(language, { type: "hidden", name: event.submitter.name, value: event.submitter.value });
      start.append(language);
      try {
        const body = new URLSearchParams(new FormData(start));
        const response = await fetch(start.action, { method: "POST", body, redirect: "manual" });
        if (response.type !== "opaqueredirect") throw new Error("not opened");
        window.location.replace(start.dataset.start);
      } catch {
        start.submit();
      }
    });
  }
})();
