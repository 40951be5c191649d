// What a TCF consent tool says that answers messages only: the document holds a
// frame named __tcfapiLocator. Runs in a world of spoor's own.
new Promise(done => {
  if (!document.querySelector('iframe[name="__tcfapiLocator"]')) return done(null);
  const out = {}, mark = 'c' + Math.random().toString(36).slice(2);
  const send = (n, command, parameter) => window.postMessage({ __tcfapiCall: { command, version: 2, callId: mark + n, parameter } }, '*');
  const end = () => { removeEventListener('message', hear); done(out.ping || out.data ? out : null); };
  const hear = e => {
    let m = e.data;
    if (typeof m === 'string') { try { m = JSON.parse(m); } catch (x) { return; } }
    const r = m && m.__tcfapiReturn;
    if (!r || typeof r.callId !== 'string' || !r.callId.startsWith(mark)) return;
    if (r.callId === mark + 1) out.ping = r.returnValue;
    if (r.callId === mark + 2 && !out.data && r.returnValue && r.success !== false) {
      out.data = r.returnValue;
      send(3, 'removeEventListener', r.returnValue.listenerId);
    }
    if (out.ping && out.data) end();
  };
  addEventListener('message', hear);
  send(1, 'ping');
  send(2, 'addEventListener');
  setTimeout(end, 1500);
})
