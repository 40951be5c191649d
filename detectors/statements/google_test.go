package statements

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func types(ads, analytics, data, personal string) map[string]string {
	m := map[string]string{}
	put(m, "ad_storage", ads)
	put(m, "analytics_storage", analytics)
	put(m, "ad_user_data", data)
	put(m, "ad_personalization", personal)
	return m
}

func TestGCS(t *testing.T) {
	for s, want := range map[string]map[string]string{
		"G100": types(Denied, Denied, "", ""), "G101": types(Denied, Granted, "", ""), "G110": types(Granted, Denied, "", ""),
		"G111": types(Granted, Granted, "", ""), "G1--": types("", "", "", ""), "G1-1": types("", Granted, "", ""),
		"": nil, "G1": nil, "G10": nil, "G1x0": nil, "G200": nil, "111": nil,
	} {
		g := newGoogle()
		err := g.readGCS(s)
		if want == nil {
			if err == nil || len(g.Types) > 0 || g.GCS != "" {
				t.Errorf("%q is read as %v", s, g.Types)
			}
			continue
		}
		if diff := cmp.Diff(want, g.Types); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", s, err, diff)
		}
	}
}

func TestGCD(t *testing.T) {
	for s, want := range map[string]map[string]string{
		"11p1p1p1p5":   types(Denied, Denied, Denied, Denied),
		"13p3p3p2p5":   types(Denied, Denied, Denied, Denied),
		"11l1l1l1l1":   types("", "", "", ""),
		"13r3r3r3r5":   types(Granted, Granted, Granted, Granted),
		"13t3q3m3n5l1": types(Granted, Denied, Denied, Granted),
		"13v3u3v3u5":   types(Granted, Denied, Granted, Denied),
		"13z3r3r3r5":   types("", Granted, Granted, Granted), // a letter that nobody has explained
		"":             nil, "11p1p1p5": nil, "p1p1p1p": nil, "13p3p3p3-": nil, "${gcd}": nil, "1": nil,
	} {
		g := newGoogle()
		err := g.readGCD(s)
		if want == nil {
			if err == nil || g.GCD != "" || g.Letters != nil {
				t.Errorf("%q is read as %v", s, g.Types)
			}
			continue
		}
		if diff := cmp.Diff(want, g.Types); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", s, err, diff)
		}
	}
	g := newGoogle()
	if err := g.readGCD("13t3r3p3l5"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(types("t", "r", "p", "l"), g.Letters); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(types(Granted, Denied, Denied, ""), g.Default); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(types("", Granted, "", ""), g.Update); diff != "" {
		t.Errorf("updates (-want +got):\n%s", diff)
	}
}

func TestDataLayer(t *testing.T) {
	const raw = `{"dataLayer":[
		["js","2026-11-21"],
		["consent","default",{"ad_storage":"granted","analytics_storage":"granted"}],
		["consent","default",{"ad_storage":"denied","analytics_storage":"denied","ad_user_data":"denied","region":["NL","DE"],"wait_for_update":500}],
		{"0":"consent","1":"default","2":{"ad_personalization":"denied","wait_for_update":"250"}},
		{"event":"gtm.js"},
		["consent","update",{"analytics_storage":"granted"}],
		["consent","update",{"analytics_storage":"denied","functionality_storage":"granted"}],
		["consent","forget",{}], ["consent"], null, 7
	],"entries":{
		"ad_storage":{"default":true,"update":false},
		"analytics_storage":{"default":"denied"},
		"security_storage":{"implicit":true},
		"empty":{}
	}}`
	parts, err := readGoogleSignal(json.RawMessage(raw))
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) != 3 {
		t.Fatalf("%d readings, want the general one, the regional one and Google's own", len(parts))
	}
	general, regional, own := parts[0].google, parts[1].google, parts[2].google
	want := map[string]string{"ad_storage": Granted, "analytics_storage": Denied, "ad_personalization": Denied, "functionality_storage": Granted}
	if diff := cmp.Diff(want, general.Types); diff != "" {
		t.Errorf("everywhere (-want +got):\n%s", diff)
	}
	if general.Default["analytics_storage"] != Granted || general.Update["analytics_storage"] != Denied || general.Wait != 250 {
		t.Errorf("everywhere: %+v", general)
	}
	want = map[string]string{"ad_storage": Denied, "analytics_storage": Denied, "ad_user_data": Denied, "functionality_storage": Granted}
	if diff := cmp.Diff(want, regional.Types); diff != "" {
		t.Errorf("in the regions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"DE", "NL"}, regional.Region); diff != "" || regional.Wait != 500 {
		t.Errorf("regions, wait %d (-want +got):\n%s", regional.Wait, diff)
	}
	want = map[string]string{"ad_storage": Denied, "analytics_storage": Denied, "security_storage": Granted}
	if diff := cmp.Diff(want, own.Types); diff != "" || parts[2].source != "google_tag_data" {
		t.Errorf("Google's own (-want +got):\n%s", diff)
	}
}

func TestDataLayerWithoutConsent(t *testing.T) {
	for _, raw := range []string{`{"dataLayer":[],"entries":{}}`, `{"dataLayer":[["event","x"]]}`, `{}`} {
		if parts, err := readGoogleSignal(json.RawMessage(raw)); err != nil || len(parts) > 0 {
			t.Errorf("%s: %v, %v", raw, parts, err)
		}
	}
	for _, raw := range []string{``, `[]`, `{"dataLayer":{}}`, `{"entries":[]}`} {
		if parts, err := readGoogleSignal(json.RawMessage(raw)); err == nil {
			t.Errorf("%s is read as %v", raw, parts)
		}
	}
}
