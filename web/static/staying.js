// Tells the desk that somebody is at the page, once a minute at most, and says before it logs out who is not.
"use strict";
(() => {
  const page = document.getElementById("staying");
  if (!page) return;
  const idle = Number(page.dataset.idle) * 1000;
  const warnAfter = Math.max(idle - 5 * 60000, idle / 2);
  let usedAt = Date.now();
  let toldAt = usedAt;
  let warning;

  const tell = () => {
    toldAt = Date.now();
    fetch(page.dataset.here, { method: "POST", body: new URLSearchParams({ csrf: page.dataset.csrf }) }).catch(() => {});
  };
  const used = () => {
    usedAt = Date.now();
    if (usedAt - toldAt > 60000) tell();
    if (!warning) return;
    warning.remove();
    warning = undefined;
  };
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) document.addEventListener(sign, used, { capture: true, passive: true });

  window.setInterval(() => {
    const still = Date.now() - usedAt;
    if (still >= warnAfter && !warning) {
      warning = document.createElement("p");
      warning.className = "desk-soon";
      warning.setAttribute("role", "alert");
      warning.textContent = page.dataset.soon;
      document.body.append(warning);
    }
    // Pages that follow no events would show what stood there for ever; those that do are told of the end.
    const follows = document.querySelector("#log, #queue[data-events]");
    if (still > idle + 30000 && !follows && ![...document.querySelectorAll("textarea")].some((box) => box.value)) window.location.reload();
  }, 15000);
})();
