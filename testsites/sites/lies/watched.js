// The functions that an instrument is likely to watch, as paths from the global
// object, and exercise(), which uses the browser as a curious page would.
lies.watched = [
  "HTMLCanvasElement.prototype.toDataURL", "HTMLCanvasElement.prototype.toBlob", "HTMLCanvasElement.prototype.getContext",
  "HTMLCanvasElement.prototype.width", "CanvasRenderingContext2D.prototype.fillText", "CanvasRenderingContext2D.prototype.strokeText",
  "CanvasRenderingContext2D.prototype.measureText", "CanvasRenderingContext2D.prototype.getImageData", "CanvasRenderingContext2D.prototype.font",
  "CanvasRenderingContext2D.prototype.fillStyle", "CanvasRenderingContext2D.prototype.isPointInPath", "CanvasRenderingContext2D.prototype.save",
  "OffscreenCanvas", "OffscreenCanvas.prototype.getContext", "OffscreenCanvas.prototype.convertToBlob", "OffscreenCanvasRenderingContext2D.prototype.fillText",
  "OffscreenCanvasRenderingContext2D.prototype.measureText", "OffscreenCanvasRenderingContext2D.prototype.getImageData",
  "WebGLRenderingContext.prototype.getParameter", "WebGLRenderingContext.prototype.getExtension", "WebGLRenderingContext.prototype.getSupportedExtensions",
  "WebGLRenderingContext.prototype.getShaderPrecisionFormat", "WebGLRenderingContext.prototype.readPixels", "WebGL2RenderingContext.prototype.getParameter",
  "WebGL2RenderingContext.prototype.readPixels", "OfflineAudioContext", "AudioContext", "OfflineAudioContext.prototype.startRendering",
  "BaseAudioContext.prototype.createOscillator", "BaseAudioContext.prototype.createDynamicsCompressor", "BaseAudioContext.prototype.createAnalyser",
  "AudioBuffer.prototype.getChannelData", "AnalyserNode.prototype.getFloatFrequencyData", "FontFaceSet.prototype.check",
  "HTMLElement.prototype.offsetWidth", "HTMLElement.prototype.offsetHeight", "Element.prototype.getBoundingClientRect", "Element.prototype.getClientRects",
  "Navigator.prototype.userAgent", "Navigator.prototype.platform", "Navigator.prototype.language", "Navigator.prototype.languages", "Navigator.prototype.plugins",
  "Navigator.prototype.mimeTypes", "Navigator.prototype.hardwareConcurrency", "Navigator.prototype.deviceMemory", "Navigator.prototype.webdriver",
  "Navigator.prototype.getBattery", "Navigator.prototype.sendBeacon", "Navigator.prototype.getGamepads", "Navigator.prototype.cookieEnabled",
  "Navigator.prototype.doNotTrack", "Navigator.prototype.maxTouchPoints", "Navigator.prototype.appCodeName", "Navigator.prototype.vendor",
  "Navigator.prototype.userAgentData", "NavigatorUAData.prototype.getHighEntropyValues", "NetworkInformation.prototype.rtt",
  "Screen.prototype.width", "Screen.prototype.availHeight", "Screen.prototype.colorDepth", "matchMedia", "innerWidth", "devicePixelRatio",
  "Document.prototype.cookie", "Document.prototype.referrer", "CookieStore.prototype.get", "CookieStore.prototype.set", "Storage.prototype.setItem",
  "Storage.prototype.getItem", "localStorage", "sessionStorage", "indexedDB", "IDBFactory.prototype.open", "IDBObjectStore.prototype.put", "CacheStorage.prototype.open",
  "Cache.prototype.put", "ServiceWorkerContainer.prototype.register", "RTCPeerConnection", "RTCPeerConnection.prototype.createDataChannel",
  "RTCPeerConnection.prototype.createOffer", "RTCPeerConnection.prototype.onicecandidate", "MediaDevices.prototype.enumerateDevices",
  "MediaDevices.prototype.getUserMedia", "Permissions.prototype.query", "Geolocation.prototype.getCurrentPosition", "Notification.permission",
  "Notification.requestPermission", "PushManager.prototype.subscribe", "SpeechSynthesis.prototype.getVoices", "Intl.DateTimeFormat.prototype.resolvedOptions",
  "Date.prototype.getTimezoneOffset", "EventTarget.prototype.addEventListener", "XMLHttpRequest.prototype.send", "fetch", "WebSocket", "Performance.prototype.now",
  "Accelerometer", "Gyroscope", "MediaQueryList.prototype.matches", "HTMLMediaElement.prototype.canPlayType", "MediaRecorder.isTypeSupported", "Error", "Error.captureStackTrace",
];

// functionsOf gives [label, function, descriptor] for each watched path that
// exists in a realm: the value, or the getter and the setter.
lies.functionsOf = realm => {
  const list = [];
  for (const path of lies.watched) {
    const parts = path.split(".");
    let owner = realm;
    for (const part of parts.slice(0, -1)) owner = owner && owner[part];
    const name = parts[parts.length - 1];
    for (let o = owner; o; o = Object.getPrototypeOf(o)) {
      const d = Object.getOwnPropertyDescriptor(o, name);
      if (!d) continue;
      for (const kind of ["value", "get", "set"]) if (typeof d[kind] === "function") list.push([path + (kind === "value" ? "" : " " + kind), d[kind], d]);
      break;
    }
  }
  return list;
};

// exercise calls the browser the way scripts do that want to know it. It uses
// plain calls and loops only, so that patched built-ins see no use of its own.
lies.prepare = () => {
  const canvas = new OffscreenCanvas(64, 32), draw = canvas.getContext("2d");
  const ready = {canvas, draw, page: typeof document !== "undefined"};
  if (ready.page) {
    ready.element = document.createElement("canvas");
    ready.element.width = 64; ready.element.height = 32;
    ready.paint = ready.element.getContext("2d");
    ready.gl = lies.gl = lies.gl || document.createElement("canvas").getContext("webgl"); // one only: a page may not have many
    ready.span = document.createElement("span");
    ready.span.textContent = "mmmm";
    document.body.append(ready.span);
    ready.navigatorKeys = ["userAgent", "platform", "language", "languages", "hardwareConcurrency", "deviceMemory", "plugins", "mimeTypes", "vendor", "webdriver", "maxTouchPoints", "cookieEnabled", "doNotTrack", "appVersion", "productSub"];
    ready.screenKeys = ["width", "height", "availWidth", "availHeight", "colorDepth", "pixelDepth"];
    ready.audio = new OfflineAudioContext(1, 200, 44100);
    ready.peer = new RTCPeerConnection();
    ready.format = new Intl.DateTimeFormat();
    ready.date = new Date();
    ready.nothing = () => {};
  }
  return ready;
};
lies.exercise = r => {
  r.draw.font = "12px sans-serif"; r.draw.fillStyle = "#069"; r.draw.fillText("lies", 2, 12); r.draw.measureText("lies"); r.draw.getImageData(0, 0, 32, 32);
  r.canvas.convertToBlob().catch(() => {});
  navigator.userAgent; navigator.platform; navigator.language; navigator.languages; navigator.hardwareConcurrency; navigator.deviceMemory;
  if (!r.page) return;
  r.paint.font = "12px serif"; r.paint.fillStyle = "#f60"; r.paint.fillText("lies", 2, 12); r.paint.strokeText("lies", 2, 24); r.paint.measureText("lies"); r.paint.getImageData(0, 0, 32, 32); r.paint.save(); r.paint.restore();
  r.element.toDataURL(); r.element.toBlob(r.nothing); r.element.getContext("2d");
  if (r.gl) { r.gl.getParameter(7936); r.gl.getParameter(7937); r.gl.getSupportedExtensions(); r.gl.getExtension("WEBGL_debug_renderer_info"); r.gl.getShaderPrecisionFormat(35632, 36338); r.gl.readPixels(0, 0, 1, 1, 6408, 5121, new Uint8Array(4)) }
  r.audio.createOscillator(); r.audio.createDynamicsCompressor(); r.audio.createAnalyser();
  for (let i = 0; i < r.navigatorKeys.length; i++) navigator[r.navigatorKeys[i]];
  for (let i = 0; i < r.screenKeys.length; i++) screen[r.screenKeys[i]];
  innerWidth; innerHeight; outerWidth; devicePixelRatio; matchMedia("(prefers-color-scheme: dark)").matches;
  document.fonts.check("12px Arial"); r.span.style.fontFamily = "monospace"; r.span.offsetWidth; r.span.offsetHeight; r.span.getBoundingClientRect();
  document.cookie = "lie=1; Max-Age=60"; document.cookie; document.referrer;
  localStorage.setItem("lie", "1"); localStorage.getItem("lie"); sessionStorage.setItem("lie", "1"); localStorage.removeItem("lie");
  indexedDB.open("lie").onsuccess = r.nothing;
  r.peer.createDataChannel("lie"); r.peer.onicecandidate = r.nothing;
  navigator.getBattery && navigator.getBattery(); navigator.getGamepads(); speechSynthesis.getVoices(); Notification.permission;
  navigator.mediaDevices.enumerateDevices(); navigator.permissions.query({name: "geolocation"});
  navigator.userAgentData && navigator.userAgentData.getHighEntropyValues(["platformVersion", "architecture"]);
  r.format.resolvedOptions(); r.date.getTimezoneOffset(); navigator.sendBeacon("/-/collect", "lie");
  addEventListener("devicemotion", r.nothing); removeEventListener("devicemotion", r.nothing);
};
