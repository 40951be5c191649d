package browser

import (
	"regexp"
	"strings"
	"testing"
)

func TestApps(t *testing.T) {
	apps, err := Apps()
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^[a-z]+(-ios)?$`)
	for i := range apps {
		a := &apps[i]
		if !form.MatchString(a.ID) || a.Name == "" || a.Adds == "" || len(a.Sources) == 0 || len(a.Differs()) == 0 {
			t.Errorf("%q is not whole: %+v", a.ID, a)
		}
		o := &Options{Langs: []string{"nl", "en"}, Brand: "Chromium"}
		in, out := a.Agent(o, "156.0.8078.79"), a.Ordinary(o, "156.0.8078.79")
		if strings.ContainsAny(in.UserAgent+out.UserAgent, "{}") {
			t.Errorf("%s: braces are left in %q, %q", a.ID, in.UserAgent, out.UserAgent)
		}
		if in.UserAgent == out.UserAgent || in.Platform != out.Platform || in.Window != out.Window {
			t.Errorf("%s: %+v and %+v are not two browsers of one device", a.ID, in, out)
		}
		ios := strings.HasSuffix(a.ID, "-ios")
		if strings.Contains(in.UserAgent, "iPhone") != ios || (in.Brand == "") != ios || strings.Contains(in.UserAgent, "Chrome/156.0.8078.79") == ios {
			t.Errorf("%s: %+v", a.ID, in)
		}
	}
	if _, ok := AppByID("Mozilla/5.0"); ok {
		t.Error("a user agent is no app")
	}
}
