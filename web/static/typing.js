// That one is typing: told to a person who writes along, and shown when it is the other way round.
"use strict";
(() => {
  const log = document.getElementById("log");
  const form = document.getElementById("answer");
  const typing = document.getElementById("typing");
  let toldAt = 0;
  document.getElementById("text").addEventListener("input", () => {
    if (!log.querySelector(".turn--screener") || Date.now() - toldAt < 5000) return;
    toldAt = Date.now();
    fetch(log.dataset.typing, { method: "POST", body: new URLSearchParams({ csrf: form.elements.csrf.value }) }).catch(() => {});
  });
  document.addEventListener("typing", (event) => {
    typing.textContent = event.detail ? typing.dataset.said : "";
  });
})();
