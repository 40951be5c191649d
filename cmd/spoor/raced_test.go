//go:build race

package main

// raced says that the tests look for races.
const raced = true
