// Package sheets owns the files of a survey's tables: CSV, SQLite and a workbook. It
// writes rows as they come and keeps none. It must not know what the rows mean.
package sheets
