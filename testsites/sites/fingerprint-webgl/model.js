(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return;
  const debug = gl.getExtension("WEBGL_debug_renderer_info");
  navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(gl.getParameter(debug.UNMASKED_VENDOR_WEBGL) + gl.getParameter(debug.UNMASKED_RENDERER_WEBGL)));
})();
