package reports

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/spoor-audit/spoor/reports/clean"
)

// WriteJSON writes the result as an indented document of format
// spoor-result/1, ending in a line break. The same result gives the same bytes.
// Characters that could act on a terminal are written as \u escapes.
func WriteJSON(w io.Writer, r *Result) error {
	if r == nil {
		return errors.New("reports: write result: there is none")
	}
	if err := EncodeJSON(w, r); err != nil {
		return fmt.Errorf("reports: write result: %w", err)
	}
	return nil
}

// EncodeJSON writes a value as WriteJSON writes a result.
func EncodeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(clean.JSON(b.Bytes()))
	return err
}

// ReadJSON reads a result that [WriteJSON] wrote. Fields that this version does
// not know are skipped, and lists that an older version did not write are empty;
// another format is an error.
func ReadJSON(in io.Reader) (*Result, error) {
	r := new(Result)
	if err := json.NewDecoder(in).Decode(r); err != nil {
		return nil, fmt.Errorf("reports: read result: %w", err)
	}
	if r.Format != Format {
		return nil, fmt.Errorf("reports: read result: format %q is not known; this version of spoor reads %q", r.Format, Format)
	}
	fillLists(reflect.ValueOf(r).Elem())
	slices.SortStableFunc(r.Parties, func(a, b Party) int { return cmp.Compare(a.ID, b.ID) }) // Party looks them up so.
	return r, nil
}

// fillLists puts an empty list or map in place of each that is missing.
func fillLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fillLists(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillLists(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			return
		}
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fillLists(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	default: // Nothing else holds lists.
	}
}
