// What the page's consent interfaces say. Runs among the page's own scripts; the
// value is {tcf: {ping, data}, gpp: {ping}, usp: {...}, google: {dataLayer,
// entries}}, without what is not there.
(async () => {
  const out = {};
  const Wait = (async () => {})().constructor; // the page may have put another in its place
  const call = (f, limit) => new Wait(done => {
    setTimeout(() => done(), limit);
    try { f(done); } catch (e) { done(); }
  });
  const is = name => { try { return typeof window[name] === 'function'; } catch (e) { return false; } };
  const jobs = [];
  const add = job => { jobs[jobs.length] = job; }; // the page may have broken push()
  if (is('__tcfapi')) {
    out.tcf = {};
    add(call(done => window.__tcfapi('ping', 2, p => { if (p) out.tcf.ping = p; done(); }), 1000));
    add(call(done => window.__tcfapi('addEventListener', 2, (data, ok) => {
      if (!data || ok === false) return done();
      out.tcf.data = data;
      try { window.__tcfapi('removeEventListener', 2, () => {}, data.listenerId); } catch (e) {}
      done();
    }), 1500));
  }
  if (is('__gpp')) {
    out.gpp = {};
    add(call(done => {
      const now = window.__gpp('ping', p => { if (p) out.gpp.ping = p; done(); });
      if (now && now.gppVersion) { out.gpp.ping = now; done(); }
    }, 1000));
  }
  if (is('__uspapi')) {
    add(call(done => window.__uspapi('getUSPData', 1, (d, ok) => { if (d && ok !== false) out.usp = d; done(); }), 1000));
  }
  const flat = o => {
    const r = {};
    for (const k in o) {
      const v = o[k];
      if (v === null || typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean') r[k] = v;
      else if (typeof v === 'object' && v.length >= 0) { r[k] = []; for (let i = 0; i < v.length && i < 100; i++) r[k][i] = '' + v[i]; }
    }
    return r;
  };
  const google = { dataLayer: [], entries: {} };
  try {
    let name = 'dataLayer';
    try { name = google_tag_manager.dataLayer.name || name; } catch (e) {}
    const list = window[typeof name === 'string' ? name : 'dataLayer'] || [];
    for (let i = 0, n = 0; i < list.length && i < 20000 && n < 500; i++) {
      const e = list[i];
      if (e && typeof e === 'object' && e[0] === 'consent' && e.length >= 2) google.dataLayer[n++] = ['consent', '' + e[1], e[2] ? flat(e[2]) : {}];
    }
  } catch (e) {}
  try {
    const entries = google_tag_data.ics.entries;
    for (const k in entries) if (typeof entries[k] === 'object' && entries[k]) google.entries[k] = flat(entries[k]);
  } catch (e) {}
  let any = google.dataLayer.length > 0;
  for (const k in google.entries) any = true;
  if (any) out.google = google;
  for (let i = 0; i < jobs.length; i++) await jobs[i];
  return out;
})()
