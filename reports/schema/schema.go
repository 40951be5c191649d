// Package schema holds the JSON Schema of spoor's result. It knows nothing of
// Go: programs in any language may check a result with it.
package schema

import _ "embed"

// Draft: https://json-schema.org/draft/2020-12/schema.
//
//go:embed spoor-result-1.json
var result []byte

// Result returns the JSON Schema of format spoor-result/1. Fields beyond it are
// allowed in a result; those in it have the types it states.
func Result() []byte { return append([]byte(nil), result...) }
