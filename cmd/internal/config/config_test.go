package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/config"
)

func env(pairs ...string) config.Env {
	return func(name string) (string, bool) {
		for _, pair := range pairs {
			if n, value, _ := strings.Cut(pair, "="); n == name {
				return value, true
			}
		}
		return "", false
	}
}

func TestApply(t *testing.T) {
	tests := []struct {
		name, args string
		env        config.Env
		chrome     string
		timeout    time.Duration
	}{
		{"default", "", env(), "", time.Minute},
		{"variable", "", env("SPOOR_CHROME=/opt/chrome", "SPOOR_TIMEOUT=5s"), "/opt/chrome", 5 * time.Second},
		{"the flag wins", "--chrome=mine", env("SPOOR_CHROME=/opt/chrome"), "mine", time.Minute},
		{"an empty flag wins too", "--chrome=", env("SPOOR_CHROME=/opt/chrome"), "", time.Minute},
		{"an empty variable is none", "", env("SPOOR_TIMEOUT="), "", time.Minute},
		{"not every flag has one", "", env("SPOOR_FAIL_ON=high"), "", time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			flags := pflag.NewFlagSet("audit", pflag.ContinueOnError)
			chrome := flags.String("chrome", "", "")
			timeout := flags.Duration("timeout", time.Minute, "")
			failOn := flags.StringSlice("fail-on", nil, "")
			if err := flags.Parse(strings.Fields(tt.args)); err != nil {
				t.Fatal(err)
			}
			if err := config.Apply(flags, tt.env); err != nil {
				t.Fatal(err)
			}
			if *chrome != tt.chrome || *timeout != tt.timeout || len(*failOn) > 0 {
				t.Errorf("chrome %q, timeout %v, fail-on %q", *chrome, *timeout, *failOn)
			}
		})
	}
	flags := pflag.NewFlagSet("audit", pflag.ContinueOnError)
	flags.Duration("timeout", 0, "")
	if err := config.Apply(flags, env("SPOOR_TIMEOUT=soon")); err == nil || !strings.Contains(err.Error(), "SPOOR_TIMEOUT") {
		t.Errorf("a bad value gives %v", err)
	}
}

func TestLocale(t *testing.T) {
	tests := []struct {
		env      config.Env
		language string
		utf8     bool
	}{
		{env(), "", false},
		{env("LANG=C"), "", false},
		{env("LANG=C.UTF-8"), "", true},
		{env("LANG=nl_NL.UTF-8"), "nl", true},
		{env("LANG=de_DE@euro"), "de", false},
		{env("LANG=nl_NL.UTF-8", "LC_ALL=POSIX"), "", false},
		{env("LANG=nl_NL.utf8", "LC_MESSAGES=en_GB"), "en", true},
	}
	for i, tt := range tests {
		if tt.env.Language() != tt.language || tt.env.UTF8() != tt.utf8 {
			t.Errorf("%d: language %q, UTF-8 %v", i, tt.env.Language(), tt.env.UTF8())
		}
	}
	if !env("NO_COLOR=1").NoColor() || env("NO_COLOR=").NoColor() || !env("TERM=dumb").NoColor() {
		t.Error("NO_COLOR or TERM is not heard")
	}
}
