// Asks the browser for a passkey and puts its answer into the form. Without this, codes work.
"use strict";
(() => {
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  const text = (buffer) => (buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") : undefined);
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const make = async (asked) => {
    const user = { ...asked.user, id: bytes(asked.user.id) };
    const publicKey = { ...asked, user, challenge: bytes(asked.challenge), excludeCredentials: known(asked.excludeCredentials) };
    const made = await navigator.credentials.create({ publicKey });
    const { response } = made;
    const transports = response.getTransports ? response.getTransports() : [];
    return { made, response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports } };
  };
  const get = async (asked) => {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) };
    const made = await navigator.credentials.get({ publicKey });
    const { response } = made;
    const signed = { clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle: text(response.userHandle) };
    return { made, response: signed };
  };

  const complain = (form) => {
    form.querySelector("[data-complaint]")?.remove();
    const said = document.createElement("p");
    said.className = "problem";
    said.dataset.complaint = "";
    said.setAttribute("role", "alert");
    said.textContent = form.dataset.failed;
    form.append(said);
  };

  const ask = async (form, button) => {
    const fields = [...form.querySelectorAll("input:not([name=code])")];
    if (!fields.every((field) => field.reportValidity())) return;
    button.disabled = true;
    try {
      const body = new URLSearchParams({ csrf: form.elements.csrf.value });
      const answer = await fetch(form.dataset.options, { method: "POST", body });
      if (answer.redirected) {
        window.location.assign(answer.url); // to show once more who it is
        return;
      }
      if (!answer.ok) throw new Error("refused");
      const asked = await answer.json();
      const { made, response } = await (form.dataset.passkey === "create" ? make(asked) : get(asked));
      form.elements.passkey.value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
      form.submit();
    } catch {
      complain(form);
    } finally {
      button.disabled = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-ask]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => ask(form, button));
  }
})();
