// What Go may ask for. Found in the world under a fixed name: only spoor's own
// scripts run there.
globalThis.spoorConsent = { __proto__: null, scan, around, ready, click, stateOf, rests, nudge, readOn, ways, papers, forms, reach, holds, elementOf, adopt };
