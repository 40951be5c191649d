// The first half of everything: what is drawn, built and asked for. The second half
// reads and sends. Both run in pages, frames and workers, as far as these can.
(() => {
  const page = typeof document === "object", half = self.half = {page, facts: []};
  const paper = (w, h) => page ? Object.assign(document.createElement("canvas"), {width: w, height: h}) : new OffscreenCanvas(w, h);

  // A picture of text.
  half.picture = paper(240, 60);
  const draw = half.draw = half.picture.getContext("2d");
  draw.textBaseline = "top";
  draw.fillStyle = "#f60";
  draw.fillRect(100, 1, 62, 20);
  draw.fillStyle = "#069";
  draw.font = "11pt \"Times New Roman\"";
  draw.fillText("Cwm fjordbank gly \u{1F603}", 2, 15);
  draw.fillStyle = "rgba(102, 204, 0, 0.2)";
  draw.font = "18pt Arial";
  draw.fillText("Cwm fjordbank gly \u{1F603}", 4, 45);

  // A picture of the graphics card.
  const gl = half.gl = paper(64, 64).getContext("webgl", {preserveDrawingBuffer: true});
  if (gl) {
    const shader = (type, source) => { const s = gl.createShader(type); gl.shaderSource(s, source); gl.compileShader(s); return s };
    const program = gl.createProgram();
    gl.attachShader(program, shader(gl.VERTEX_SHADER, "attribute vec2 p; varying vec2 q; void main() { q = p; gl_Position = vec4(p, 0, 1); }"));
    gl.attachShader(program, shader(gl.FRAGMENT_SHADER, "precision mediump float; varying vec2 q; void main() { gl_FragColor = vec4(q, sin(q.x * 9.0), 1); }"));
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-0.9, -0.8, 0.9, -0.7, 0.1, 0.85]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(gl.getAttribLocation(program, "p"), 2, gl.FLOAT, false, 0, 0);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
  if (!page) return;

  // A tone that nobody hears.
  const audio = new OfflineAudioContext(1, 5000, 44100), tone = audio.createOscillator(), press = audio.createDynamicsCompressor();
  tone.type = "triangle";
  tone.frequency.value = 10000;
  tone.connect(press);
  press.connect(audio.destination);
  tone.start(0);
  half.tone = audio.startRendering();
})();
