// Makes iabtcf.json and iabgpp.json: consent strings written by the reference
// implementations, and the fields that they read back from them. Run it under
// Node in a folder in which @iabtcf/core 1.5.6 and @iabgpp/cmpapi 3.2.0 are
// installed, with the folder of the files as its argument:
//
//   node generate.mjs <this folder>
//
// Numbers come from a fixed seed, so that the same versions give the same files.
import {createRequire} from 'node:module';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const out = process.argv[2];
const require = createRequire(pathToFileURL(join(process.cwd(), 'x.js')));
const versionOf = (name) => {
  let at = require.resolve(name);
  for (;;) {
    at = join(at, '..');
    try {
      const p = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
      if (p.name === name) return name + ' ' + p.version;
    } catch { /* no package here */ }
    if (at === '/' ) throw new Error(name);
  }
};

let seed = 20261121;
const random = () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let x = Math.imul(seed ^ (seed >>> 15), seed | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
};
const int = (from, to) => from + Math.floor(random() * (to - from + 1));
const some = (from, to, share) => {
  const list = [];
  for (let i = from; i <= to; i++) if (random() < share) list.push(i);
  return list;
};
// Lists of vendors as sites have them: few, nearly all, runs, every second one.
const vendors = (highest) => {
  switch (int(0, 5)) {
    case 0: return [];
    case 1: return some(1, highest, 0.02);
    case 2: return some(1, highest, 0.97);
    case 3: return some(1, highest, 0.5);
    case 4: {
      const list = [];
      for (let at = int(1, 9); at < highest; at += int(20, 200)) {
        const end = Math.min(highest, at + int(0, 60));
        for (; at <= end; at++) list.push(at);
      }
      return list;
    }
    default: return [highest];
  }
};
const write = (name, value) => {
  const lines = value.strings.map((x) => '  ' + JSON.stringify(x)).join(',\n');
  const head = Object.entries(value).filter(([k]) => k !== 'strings').map(([k, v]) => ` ${JSON.stringify(k)}: ${JSON.stringify(v)},\n`).join('');
  writeFileSync(join(out, name), `{\n${head} "strings": [\n${lines}\n ]\n}\n`);
};

const core = require('@iabtcf/core');
const ids = (v) => { const l = []; v.forEach((has, id) => { if (has) l.push(id); }); return l; };

// GVL is a vendor list of our own making: the encoder asks for one.
function listOf(highest) {
  const vendorsOf = {};
  for (let i = 1; i <= highest; i++) {
    vendorsOf[i] = {id: i, name: 'v' + i, purposes: [1, 2, 3, 4], legIntPurposes: [7, 8, 9, 10], flexiblePurposes: [2, 7], specialPurposes: [], features: [], specialFeatures: [], policyUrl: '', cookieMaxAgeSeconds: 1, usesCookies: true, cookieRefresh: false, usesNonCookieAccess: false, dataDeclaration: []};
  }
  const numbered = (n) => Object.fromEntries(Array.from({length: n}, (_, i) => [i + 1, {id: i + 1, name: '', description: '', illustrations: []}]));
  return new core.GVL({
    gvlSpecificationVersion: 3, vendorListVersion: int(1, 200), tcfPolicyVersion: int(2, 5), lastUpdated: '2025-01-01T00:00:00Z',
    purposes: numbered(11), specialPurposes: numbered(3), features: numbered(3), specialFeatures: numbered(2), stacks: {}, dataCategories: numbered(11), vendors: vendorsOf,
  });
}

function tcfString(i) {
  const highest = [12, 80, 300, 900, 1400][i % 5];
  const gvl = listOf(highest);
  const m = new core.TCModel(gvl);
  m.cmpId = int(2, 4095); m.cmpVersion = int(2, 4095); m.consentScreen = int(0, 63);
  m.consentLanguage = ['EN', 'NL', 'DE', 'FR', 'SV', 'PL'][int(0, 5)];
  m.publisherCountryCode = ['NL', 'DE', 'AA', 'FR', 'GB'][int(0, 4)];
  m.isServiceSpecific = random() < 0.8; m.useNonStandardStacks = random() < 0.2; m.purposeOneTreatment = random() < 0.1;
  m.policyVersion = gvl.tcfPolicyVersion;
  m.purposeConsents.set(some(1, 11, random())); m.purposeLegitimateInterests.set(some(2, 11, random()).filter((p) => p < 3 || p > 6));
  m.specialFeatureOptins.set(some(1, 2, 0.5));
  m.vendorConsents.set(vendors(highest)); m.vendorLegitimateInterests.set(vendors(highest));
  if (i % 3 === 0) {
    for (let n = int(1, 5); n > 0; n--) {
      const r = new core.PurposeRestriction(int(1, 10), int(0, 2));
      const list = vendors(highest);
      if (list.length === highest) continue;
      for (const v of list) m.publisherRestrictions.add(v, r);
    }
  }
  const segments = [core.Segment.CORE];
  if (i % 4 !== 0) { m.vendorsDisclosed.set(vendors(highest)); segments.push(core.Segment.VENDORS_DISCLOSED); }
  if (i % 5 === 1) {
    m.publisherConsents.set(some(1, 11, 0.5)); m.publisherLegitimateInterests.set(some(2, 11, 0.5));
    m.numCustomPurposes = int(0, 9);
    m.publisherCustomConsents.set(some(1, m.numCustomPurposes, 0.5)); m.publisherCustomLegitimateInterests.set(some(1, m.numCustomPurposes, 0.5));
    segments.push(core.Segment.PUBLISHER_TC);
  }
  const at = new Date(Date.UTC(int(2021, 2026), int(0, 11), int(1, 28)));
  m.created = at; m.lastUpdated = at;
  const text = core.TCString.encode(m, {version: 2, segments});
  return describe(text);
}

function describe(text) {
  const m = core.TCString.decode(text);
  const restrictions = m.publisherRestrictions.getRestrictions().map((r) => ({
    purpose: r.purposeId, type: r.restrictionType, vendors: m.publisherRestrictions.getVendors(r),
  })).sort((a, b) => a.purpose - b.purpose || a.type - b.type);
  const parts = text.split('.').slice(1).map((s) => core.Base64Url.decode(s).slice(0, 3));
  const has = (bits) => parts.includes(bits);
  const d = {
    version: m.version, created: m.created.toISOString(), last_updated: m.lastUpdated.toISOString(), cmp_id: m.cmpId, cmp_version: m.cmpVersion,
    screen: m.consentScreen, language: m.consentLanguage, list_version: m.vendorListVersion, policy_version: m.policyVersion,
    service_specific: m.isServiceSpecific, non_standard_texts: m.useNonStandardStacks, purpose_one_treatment: m.purposeOneTreatment,
    publisher_country: m.publisherCountryCode, special_features: ids(m.specialFeatureOptins), purposes: ids(m.purposeConsents),
    interests: ids(m.purposeLegitimateInterests), vendors: ids(m.vendorConsents), vendor_interests: ids(m.vendorLegitimateInterests),
    restrictions, has_disclosed: has('001'), disclosed: has('001') ? ids(m.vendorsDisclosed) : [],
  };
  if (has('011')) {
    d.publisher_purposes = {purposes: ids(m.publisherConsents), interests: ids(m.publisherLegitimateInterests), custom: ids(m.publisherCustomConsents), custom_interests: ids(m.publisherCustomLegitimateInterests)};
  }
  // Lists of vendors are long: they are kept as ranges.
  for (const k of ['vendors', 'vendor_interests', 'disclosed']) d[k] = ranges(d[k]);
  for (const r of d.restrictions) r.vendors = ranges(r.vendors);
  return {string: text, fields: d};
}

function ranges(list) {
  const out = [];
  for (const n of list) {
    const last = out[out.length - 1];
    if (last && last[1] === n - 1) last[1] = n; else out.push([n, n]);
  }
  return out;
}

write('iabtcf.json', {made_with: versionOf('@iabtcf/core'), strings: Array.from({length: 240}, (_, i) => tcfString(i))});

const gpp = require('@iabgpp/cmpapi');
const names = ['usnat', 'usca', 'usva', 'usco', 'usut', 'usct', 'usfl', 'usmt', 'usor', 'ustx', 'usde', 'usia', 'usne', 'usnh', 'usnj', 'ustn', 'usmn', 'usmd', 'usin', 'usky', 'usri'];

function gppString(i) {
  const m = new gpp.GppModel();
  const chosen = i < names.length * 3 ? [names[i % names.length]] : names.filter(() => random() < 0.12);
  const set = {};
  for (const name of chosen) {
    m.setFieldValue(name, fieldsOf(name)[1], 1); // makes the section
    for (const field of fieldsOf(name)) fill(m, name, field);
  }
  if (i % 4 === 0) m.setFieldValue('uspv1', 'OptOutSale', ['Y', 'N', '-'][int(0, 2)]);
  if (i % 4 === 0) m.setFieldValue('uspv1', 'Notice', ['Y', 'N', '-'][int(0, 2)]);
  const text = m.encode();
  const back = new gpp.GppModel(text);
  for (const id of back.getSectionIds()) {
    const name = gpp.Sections.SECTION_ID_NAME_MAP.get(id);
    const fields = {};
    for (const [k, v] of Object.entries(back.getSection(name) ? objectOf(back, name) : {})) {
      if (Array.isArray(v)) v.forEach((x, n) => { fields[k + (n + 1)] = x; });
      else fields[k] = typeof v === 'boolean' ? Number(v) : v;
    }
    set[id] = {name, fields};
  }
  return {string: text, sections: set};
}

function objectOf(model, name) {
  const o = {};
  for (const f of fieldsOf(name)) {
    if (!model.hasField(name, f)) continue;
    const v = model.getFieldValue(name, f);
    if (v !== undefined && v !== null) o[f] = v;
  }
  if (o.GpcSegmentIncluded === false) delete o.Gpc;
  delete o.GpcSegmentType; delete o.GpcSegmentIncluded; delete o.SensitiveDataConsentSegmentIncluded;
  return o;
}

function fieldsOf(name) {
  const key = {usnat: 'UsNatField'}[name] ?? (name === 'uspv1' ? 'UspV1Field' : 'Us' + name[2].toUpperCase() + name[3] + 'Field');
  const cls = gpp[key];
  return Object.values(cls).filter((x) => typeof x === 'string');
}

function fill(m, name, field) {
  if (/Version$|SegmentType|MspaVersion/.test(field)) return;
  if (/Included$/.test(field)) { m.setFieldValue(name, field, random() < 0.5 || /Sensitive/.test(field)); return; }
  const now = m.getFieldValue(name, field);
  if (Array.isArray(now)) m.setFieldValue(name, field, now.map(() => int(0, 2)));
  else if (typeof now === 'boolean') m.setFieldValue(name, field, random() < 0.5);
  else m.setFieldValue(name, field, field === 'MspaCoveredTransaction' ? int(1, 2) : int(0, 2));
}

write('iabgpp.json', {made_with: versionOf('@iabgpp/cmpapi'), strings: Array.from({length: 100}, (_, i) => gppString(i))});
