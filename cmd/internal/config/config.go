// Package config owns what a user set without a flag: the environment, and
// which setting wins. It is the only reader of the environment in spoor. It must
// not know what the settings are for.
//
// A flag wins over a variable, a variable over a default. The variable of a flag
// is "SPOOR_" and its name in upper case with "_" for "-".
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// An Env looks up one variable of the environment, as os.LookupEnv does.
type Env func(name string) (string, bool)

// fromEnvironment lists the flags that a variable may set: those that describe
// the machine and its user. What an audit is of and what it looks for stands on
// the command line.
var fromEnvironment = []string{
	"browser-mode", "chrome", "color", "device", "dns", "lang", "progress", "proxy",
	"third-party-cookies", "timeout", "user-agent", "vantage",
}

// Variable returns the name of the variable for a flag, or "" if it has none.
func Variable(flag string) string {
	if !slices.Contains(fromEnvironment, flag) {
		return ""
	}
	return "SPOOR_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Apply sets every flag that was not given from its variable. An empty variable
// counts as not set.
func Apply(flags *pflag.FlagSet, env Env) error {
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		name := Variable(f.Name)
		if failed != nil || f.Changed || name == "" {
			return
		}
		value, ok := env(name)
		if !ok || value == "" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			failed = fmt.Errorf("environment variable %s: %w", name, err)
		}
	})
	return failed
}

// CacheDir returns the folder for what spoor fetched and can fetch again. It need
// not exist. The error says that this machine has no place for it.
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "spoor"), nil
}

// Get returns a variable, or "".
func (e Env) Get(name string) string {
	value, _ := e(name)
	return value
}

// locale returns the value that decides about characters and language.
func (e Env) locale(category string) string {
	for _, name := range []string{"LC_ALL", category, "LANG"} {
		if value := e.Get(name); value != "" {
			return value
		}
	}
	return ""
}

// Language returns the language of the user's locale, "nl", or "" if the locale
// names none.
func (e Env) Language() string {
	language, _, _ := strings.Cut(e.locale("LC_MESSAGES"), ".")
	language, _, _ = strings.Cut(language, "@")
	language, _, _ = strings.Cut(language, "_")
	if len(language) != 2 && len(language) != 3 {
		return "" // "C" and "POSIX" name no language.
	}
	return strings.ToLower(language)
}

// UTF8 reports whether the locale can show all characters.
func (e Env) UTF8() bool {
	locale := strings.ToLower(strings.ReplaceAll(e.locale("LC_CTYPE"), "-", ""))
	return strings.Contains(locale, "utf8")
}

// NoColor reports whether the user wants no colour anywhere (no-color.org), or
// has a terminal that shows none.
func (e Env) NoColor() bool {
	return e.Get("NO_COLOR") != "" || e.Get("TERM") == "dumb"
}
