// The second half: what is read, asked, kept and sent.
(() => {
  const {page, facts, picture, draw, gl, tone} = self.half, id = "6f1c9a2e77d04b58";
  const quietly = work => { try { const p = work(); if (p && p.catch) p.catch(() => {}) } catch {} };

  // Pictures, the graphics card, fonts.
  quietly(() => page ? facts.push(picture.toDataURL()) : picture.convertToBlob());
  if (gl) {
    for (const name of ["VERSION", "VENDOR", "RENDERER", "SHADING_LANGUAGE_VERSION", "ALIASED_LINE_WIDTH_RANGE", "ALIASED_POINT_SIZE_RANGE", "ALPHA_BITS", "BLUE_BITS", "DEPTH_BITS",
      "GREEN_BITS", "RED_BITS", "STENCIL_BITS", "SUBPIXEL_BITS", "MAX_COMBINED_TEXTURE_IMAGE_UNITS", "MAX_CUBE_MAP_TEXTURE_SIZE", "MAX_FRAGMENT_UNIFORM_VECTORS", "MAX_RENDERBUFFER_SIZE",
      "MAX_TEXTURE_IMAGE_UNITS", "MAX_TEXTURE_SIZE", "MAX_VARYING_VECTORS", "MAX_VERTEX_ATTRIBS", "MAX_VERTEX_UNIFORM_VECTORS", "MAX_VIEWPORT_DIMS"]) facts.push(gl.getParameter(gl[name]));
    facts.push(gl.getSupportedExtensions().join());
    for (const type of [gl.VERTEX_SHADER, gl.FRAGMENT_SHADER]) for (const kind of [gl.LOW_FLOAT, gl.HIGH_FLOAT, gl.HIGH_INT]) facts.push(gl.getShaderPrecisionFormat(type, kind).precision);
    gl.readPixels(0, 0, 64, 64, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(64 * 64 * 4));
  }
  draw.font = "72px monospace";
  const plain = draw.measureText("mmmmmmmmmmlli").width;
  for (const font of ["Arial Black", "Bahnschrift", "Calibri", "Cambria", "Candara", "Consolas", "Constantia", "Corbel", "Ebrima", "Gabriola", "Gadugi", "Impact", "Javanese Text", "Leelawadee UI",
    "Malgun Gothic", "Marlett", "MingLiU-ExtB", "Mongolian Baiti", "MV Boli", "Nirmala UI", "Palatino Linotype", "Segoe Print", "SimSun", "Sitka", "Sylfaen", "Symbol", "Webdings", "Yu Gothic",
    "Futura", "Geneva", "Helvetica Neue", "Hoefler Text", "Menlo", "Monaco", "Optima", "Skia", "Ubuntu", "Cantarell", "DejaVu Sans", "Noto Sans"])
    { draw.font = "72px '" + font + "', monospace"; facts.push(draw.measureText("mmmmmmmmmmlli").width !== plain) }

  // The browser and its screen.
  for (const name of ["userAgent", "platform", "language", "languages", "hardwareConcurrency", "deviceMemory", "vendor", "productSub", "maxTouchPoints", "pdfViewerEnabled"]) facts.push(navigator[name]);
  quietly(() => facts.push(navigator.connection.rtt, navigator.connection.downlink));
  quietly(() => navigator.userAgentData.getHighEntropyValues(["architecture", "bitness", "model", "platformVersion"]));
  quietly(() => navigator.storage.estimate());

  // What goes to others.
  quietly(() => fetch("https://third.test/-/collect?v=" + id, {mode: "no-cors"}));
  quietly(() => fetch("https://cdn.tracker.test/-/id.gif?name=tid", {mode: "no-cors", credentials: "include"}));
  quietly(() => fetch("https://www.google-analytics.com/g/collect?v=2&tid=G-TEST123&cid=1234567890.1795000000&en=page_view&dl=https%3A%2F%2Fevasions.test%2F", {mode: "no-cors", method: "POST"}));
  quietly(() => { new WebSocket("wss://cdn.tracker.test/-/socket") });

  // What is kept.
  quietly(() => fetch("/-/id.gif?name=vid"));
  quietly(() => { indexedDB.open("visitors").onupgradeneeded = e => e.target.result.createObjectStore("ids").put(id, "visitor") });
  quietly(() => caches.open("visitor-ids"));
  if (!page) return;
  quietly(() => localStorage.setItem("visitor", id));
  quietly(() => sessionStorage.setItem("visit", id));
  quietly(() => { document.cookie = "visitor=" + id + "; max-age=31536000; path=/" });
  quietly(() => navigator.serviceWorker.register("keeper.js"));

  // What only pages can do.
  quietly(() => tone.then(buffer => facts.push(buffer.getChannelData(0).slice(4500).reduce((a, b) => a + Math.abs(b)))));
  const peer = new RTCPeerConnection({iceServers: []});
  peer.createDataChannel("");
  quietly(() => peer.createOffer().then(offer => peer.setLocalDescription(offer)));
  for (const name of ["width", "height", "availWidth", "availHeight", "availLeft", "availTop", "colorDepth", "pixelDepth"]) facts.push(screen[name]);
  facts.push(devicePixelRatio, screenX, screenY, outerWidth, outerHeight, screen.orientation && screen.orientation.angle);
  for (const query of ["(color-gamut: p3)", "(inverted-colors: inverted)", "(forced-colors: active)", "(monochrome)", "(dynamic-range: high)"]) facts.push(matchMedia(query).matches);
  quietly(() => facts.push(Array.from(navigator.plugins, p => p.name)));
  quietly(() => facts.push(speechSynthesis.getVoices().length));
  quietly(() => navigator.getBattery());
  quietly(() => navigator.mediaDevices.enumerateDevices());
  addEventListener("devicemotion", e => facts.push(e.acceleration));
  quietly(() => navigator.geolocation.getCurrentPosition(() => {}, () => {}));
  quietly(() => Notification.requestPermission());
  quietly(() => navigator.clipboard.readText());
  new Image().src = "https://third.test/evasions/open.gif?page=evasions.test&id=" + id;
  new Image().src = "https://www.facebook.com/tr/?id=1234567890&ev=Purchase&cd[value]=12&ud[em]=d4c74594d841139328695756648b6bd6d4c74594d841139328695756648b6bd6";
  document.head.append(Object.assign(document.createElement("script"), {src: "https://platform.twitter.com/widgets.js"}));
  setTimeout(() => navigator.sendBeacon("https://cdn.tracker.test/-/collect", facts.join()), 500);
})();
