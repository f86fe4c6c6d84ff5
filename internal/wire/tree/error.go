package tree

import (
	"fmt"

	"broadsheet/internal/errs"
)

// A FileError says why a file cannot be read, and where.
type FileError struct {
	File   string
	Line   int // 0 when the fault has no line
	Reason string
}

// Error is "file:line: reason".
func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
}

// As makes a FileError an errs.Invalid with the whole text as its message, for the API.
func (e *FileError) As(target any) bool {
	if t, ok := target.(**errs.Error); ok {
		*t = errs.E(errs.Invalid, "%s", e.Error())
		return true
	}
	return false
}

// Is reports that a FileError is errs.Invalid.
func (e *FileError) Is(target error) bool { return target == errs.Invalid }

// Fault is a reason with a line, before the file's name is known.
func Fault(line int, format string, args ...any) *FileError {
	return &FileError{Line: line, Reason: fmt.Sprintf(format, args...)}
}
