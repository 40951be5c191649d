package walls

import "testing"

func TestWalls(t *testing.T) {
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		page Page
		want string
	}{
		{"challenge by header", Page{Status: 403, Headers: []string{"CF-Mitigated: challenge"}}, "bot-wall"},
		{"denied", Page{Status: 403, Title: "Access Denied", Text: "You don't have permission to access this. Reference #18.2", Length: 80}, "bot-wall"},
		{"parked", Page{Status: 200, Text: "This domain is for sale", Length: 40}, "parked"},
		{"an article about captchas", Page{Status: 200, Title: "How captchas work", Text: "Are you a robot? asks the page. You are human.", HTML: "g-recaptcha", Length: 6000}, ""},
		{"a form with a captcha", Page{Status: 200, Title: "Write to us", Text: "I'm not a robot", HTML: "g-recaptcha", Length: 300, Fields: 3}, ""},
		{"an ordinary page not found", Page{Status: 404, Title: "Not found", Text: "There is no such page", Length: 30}, ""},
	} {
		got := ""
		if w := table.Of(c.page); w != nil {
			got = w.Kind
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
