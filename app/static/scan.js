// The camera of a desk: reads a QR code into the input marked data-scan and sends its form. Without it
// a keyboard scanner types into the same input. All words stand in the page (desks/_camera.html).
(function () {
  "use strict";

  const LOOK_EVERY = 120, SAME_AGAIN = 4000, WIDE = 720, LEFT_ON = "furong-camera";
  const box = document.getElementById("camera");
  if (!box) return;
  const video = box.querySelector("video"), says = box.querySelector("[role=status]");
  const opener = box.querySelector("[data-open]"), closer = box.querySelector("[data-close]");
  const canvas = document.createElement("canvas");
  let stream = null, read = null, timer = 0, last = "", lastAt = 0, turn = 0;

  const say = (words) => { says.textContent = words || ""; };
  // Looked up anew each time: a search may have redrawn the form.
  const input = () => document.querySelector("input[data-scan]");

  // What keeps a page from the camera before anything is tried, as the name of the words; or "".
  function obstacle() {
    if (!window.isSecureContext) return "insecure";
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return "none";
    return "";
  }

  // Resolves to a function (video → promise of the code's text, or ""): the browser's own detector, or
  // the vendored decoder, fetched only now.
  async function reader() {
    if (window.BarcodeDetector) {
      const formats = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
      if (formats.includes("qr_code")) {
        const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
        return async () => {
          const found = await detector.detect(video);
          return found.length ? found[0].rawValue : "";
        };
      }
    }
    if (!window.jsQR) await load(box.dataset.decoder, box.dataset.integrity);
    const draw = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      const scale = Math.min(1, WIDE / video.videoWidth);
      const wide = Math.round(video.videoWidth * scale), high = Math.round(video.videoHeight * scale);
      if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
      draw.drawImage(video, 0, 0, wide, high);
      const found = window.jsQR(draw.getImageData(0, 0, wide, high).data, wide, high, { inversionAttempts: "dontInvert" });
      return found ? found.data : "";
    };
  }

  function load(address, integrity) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.integrity = integrity;
      script.onload = done;
      script.onerror = () => failed(new Error("decoder"));
      document.head.append(script);
    });
  }

  async function open() {
    const mine = ++turn;      // a second tap, or a close meanwhile, makes this one void
    opener.hidden = true;
    say(box.dataset.opening);
    try {
      const found = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      if (mine !== turn) return found.getTracks().forEach((track) => track.stop());
      stream = found;
      stream.getVideoTracks()[0].addEventListener("ended", () => close("gone"));
      video.srcObject = stream;
      await video.play();
      read = read || await reader();
    } catch (error) {
      if (mine === turn) close(why(error));
      return;
    }
    if (mine !== turn) return;
    video.hidden = closer.hidden = false;
    keep(kept() || "on 0");
    say(box.dataset.looking);
    look(mine);
  }

  function why(error) {
    if (error.message === "decoder") return "decoderLost";
    if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
    if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "none";
    return "gone";
  }

  function close(reason) {
    turn += 1;
    clearTimeout(timer);
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
    video.hidden = closer.hidden = true;
    opener.hidden = reason === "insecure";
    say(reason ? box.dataset[reason] : "");
  }

  async function look(mine) {
    if (mine !== turn) return;
    let text = "";
    try { if (video.readyState >= 2 && video.videoWidth) text = await read(); } catch { text = ""; }
    if (mine !== turn) return;
    if (text) found(text);
    timer = setTimeout(look, LOOK_EVERY, mine);
  }

  // A card that stays before the camera is one scan, also over the new page that answers it. What was
  // sent is remembered as a short sum: no card's secret stays in the browser.
  function found(text) {
    const now = Date.now(), field = input(), sum = sumOf(text);
    const again = sum === last && now - lastAt < SAME_AGAIN;
    if (!field || !field.form) return;
    last = sum;
    lastAt = now;
    keep(`${last} ${lastAt}`);
    if (again) return;
    if (navigator.vibrate) navigator.vibrate(60);
    say(box.dataset.found);
    field.value = text;
    if (field.form.requestSubmit) field.form.requestSubmit(); else field.form.submit();
  }

  function sumOf(text) {
    let sum = 0;
    for (let i = 0; i < text.length; i += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
    return `${sum}`;
  }

  // Set while the camera is on: the page that answers a scan opens it again by itself.
  function keep(value) {
    try { if (value) sessionStorage.setItem(LEFT_ON, value); else sessionStorage.removeItem(LEFT_ON); } catch { /* no storage: one taps again */ }
  }

  function kept() {
    try { return sessionStorage.getItem(LEFT_ON) || ""; } catch { return ""; }
  }

  opener.addEventListener("click", open);
  closer.addEventListener("click", () => { keep(""); close(""); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) close("");
    else if (!document.hidden && kept() && !stream && !obstacle()) open();
  });
  window.addEventListener("pagehide", () => { if (stream) close(""); });

  box.hidden = false;
  const reason = obstacle();
  if (reason) { opener.hidden = true; say(box.dataset[reason]); return; }
  opener.hidden = false;
  [last, lastAt] = kept() ? kept().split(" ") : ["", 0];
  lastAt = Number(lastAt) || 0;
  if (kept()) open();
})();
