// A consent manager of the Transparency and Consent Framework, on the libraries
// of IAB Europe: it keeps the string in the cookie euconsent-v2 and answers
// __tcfapi. Purposes 1, 2, 4 and 7; the only vendor on its list is Xandr (32).
import {CmpApi} from "@iabtcf/cmpapi";
import {GVL, Segment, TCModel, TCString} from "@iabtcf/core";

const purposes = [1, 2, 4, 7], vendor = 32;
const words = (list, text) => Object.fromEntries(list.map(id => [id, {id, name: `${text} ${id}`, description: "", illustrations: []}]));
const list = {
  gvlSpecificationVersion: 3,
  vendorListVersion: 150,
  tcfPolicyVersion: 5,
  lastUpdated: "2026-10-01T16:00:00Z",
  purposes: words([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "Purpose"),
  specialPurposes: words([1, 2, 3], "Special purpose"),
  features: words([1, 2, 3], "Feature"),
  specialFeatures: words([1, 2], "Special feature"),
  stacks: {},
  dataCategories: {},
  vendors: {
    [vendor]: {
      id: vendor, name: "Xandr", purposes, legIntPurposes: [], flexiblePurposes: [], specialPurposes: [1, 2], features: [], specialFeatures: [],
      cookieMaxAgeSeconds: 7776000, usesCookies: true, cookieRefresh: true, usesNonCookieAccess: false,
      urls: [{langId: "en", privacy: "https://www.xandr.com/privacy/"}], dataRetention: {stdRetention: 365, purposes: {}, specialPurposes: {}},
    },
  },
};

window.courierTCF = ({disclosed}) => {
  const api = new CmpApi(300, 1, true);
  const make = yes => {
    const model = new TCModel(new GVL(list));
    Object.assign(model, {cmpId: 300, cmpVersion: 1, consentScreen: 1, consentLanguage: "EN", publisherCountryCode: "NL", isServiceSpecific: true, policyVersion: 5});
    if (yes) {
      model.purposeConsents.set(purposes);
      model.vendorConsents.set(vendor);
    }
    return TCString.encode(model, {segments: disclosed ? [Segment.CORE, Segment.VENDORS_DISCLOSED] : [Segment.CORE]});
  };
  const read = () => {
    const kept = /(?:^|; )euconsent-v2=([^;]+)/.exec(document.cookie);
    return kept && kept[1];
  };
  return {
    read,
    keep(yes) { document.cookie = `euconsent-v2=${make(yes)}; Path=/; Max-Age=${183 * 86400}; Secure; SameSite=Lax` },
    shown() { api.update(read() || make(false), true) },
    tell() { api.update(read(), false) },
  };
};
