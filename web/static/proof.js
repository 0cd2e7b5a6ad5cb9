// In a rush the server asks for a puzzle to be solved (altcha, PBKDF2). The browser's own cryptography works beside
// the page, so the page stays free. Without this script the button does the same.
"use strict";
(() => {
  const form = document.querySelector("[data-challenge]");
  if (!form || !window.crypto?.subtle) return;
  const challenge = JSON.parse(form.dataset.challenge);
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const BATCH = 8;

  const derived = async (counter) => {
    const word = new Uint8Array(20);
    word.set(bytes(nonce));
    new DataView(word.buffer).setUint32(16, counter);
    const key = await window.crypto.subtle.importKey("raw", word, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
    return hex(await window.crypto.subtle.deriveBits(how, key, keyLength * 8));
  };

  const solve = async () => {
    for (let first = 0; ; first += BATCH) {
      const counters = Array.from({ length: BATCH }, (_, number) => first + number);
      const keys = await Promise.all(counters.map(derived));
      const found = keys.findIndex((key) => key.startsWith(keyPrefix));
      if (found >= 0) return { counter: counters[found], derivedKey: keys[found] };
    }
  };

  const status = document.getElementById("progress");
  const slow = window.setTimeout(() => {
    status.textContent = status.dataset.said;
  }, 2000);
  solve().then((solution) => {
    window.clearTimeout(slow);
    form.elements.proof.value = window.btoa(JSON.stringify({ challenge, solution }));
    const box = form.elements.text;
    // Somebody who is writing goes on writing; the button then sends both.
    if (document.activeElement !== box && !box.value.trim()) form.requestSubmit(form.elements.go_on);
  }, () => window.clearTimeout(slow));
})();
