package main

import (
	"os"
	"strings"
	"testing"
)

// TestRecognise reads licences that spoor's dependencies carry, and some that
// they must not.
func TestRecognise(t *testing.T) {
	own, err := os.ReadFile("../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{string(own), "Apache-2.0"},
		{"The MIT License\n\nPermission is hereby granted, free of charge, to any person\nobtaining a copy of", "MIT"},
		{"Mozilla Public License Version 2.0\n====\n means either the GNU General Public License, Version 2.0", "MPL-2.0"},
		{"Redistributions in binary form must reproduce the above\ncopyright notice. Neither the name of X", "BSD-3-Clause"},
		{"Redistributions in binary form must reproduce the above\ncopyright notice", "BSD-2-Clause"},
		{"This is free and unencumbered software released into the public domain.", "Unlicense"},
		{"GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007", ""},
		{"GNU AFFERO GENERAL PUBLIC LICENSE Version 3", ""},
		{"Creative Commons Attribution-NonCommercial", ""},
		{"All rights reserved.", ""},
		{"", ""},
	} {
		if got := recognise(tt.text); got != tt.want {
			t.Errorf("%.40q is taken for %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestPacks holds the text about packs against what is pinned.
func TestPacks(t *testing.T) {
	lock, err := os.ReadFile("../package.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"16.23.0", "0.30.0"} {
		if !strings.Contains(string(lock), `"`+want+`"`) || !strings.Contains(packsText, want) {
			t.Errorf("version %s must stand in package.json and in packs.txt", want)
		}
	}
	for _, want := range []string{"EasyPrivacy", "creativecommons.org/licenses/by-sa/3.0", "Mozilla Public License 2.0", "Patrick Hulce"} {
		if !strings.Contains(packsText, want) {
			t.Errorf("packs.txt does not name %q", want)
		}
	}
}
