//go:build !unix

package browsertest

func turn() error { return nil }
