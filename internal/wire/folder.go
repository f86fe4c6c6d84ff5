package wire

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/wire/parse"
	"broadsheet/internal/wire/tree"
)

// Files returns the agency files that paths name: files as they are, and of folders all
// that is inside and begins as an agency's file does, whatever its name. They are in the
// order of names, photographs after all others. Hidden files are left out.
func Files(paths []string) ([]string, error) {
	var f finder
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case err != nil:
			return nil, readFault(p, err)
		case info.IsDir():
			err = f.walk(p)
		default:
			err = f.add(p, true)
		}
		if err != nil {
			return nil, err
		}
	}
	return append(f.found, f.photos...), nil
}

type finder struct{ found, photos []string }

// add takes in a file that somebody named, or one that looks as if it were for the wire.
func (f *finder) add(name string, named bool) error {
	looks, err := look(name)
	switch {
	case err != nil:
		return readFault(name, err)
	case looks == parse.Photo:
		f.photos = append(f.photos, name)
	case looks == parse.Agency || named:
		f.found = append(f.found, name)
	}
	return nil
}

func (f *finder) walk(folder string) error {
	return filepath.WalkDir(folder, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return readFault(name, err)
		case name != folder && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
		case e.Type().IsRegular():
			return f.add(name, false)
		}
		return nil
	})
}

// look reads the beginning of a file.
func look(name string) (_ parse.Looks, err error) {
	f, err := os.Open(name) //nolint:gosec // the person at the command line says which
	if err != nil {
		return parse.Other, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	start, err := io.ReadAll(io.LimitReader(f, parse.LookedAt))
	return parse.Look(start), err
}

func readFault(name string, err error) error {
	reason := err
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		reason = p.Err
	}
	return &tree.FileError{File: name, Reason: reason.Error()}
}

// ReadFile reads an agency file. Its errors are *[tree.FileError], as [parse.File]'s are.
func ReadFile(name string) (raw []byte, err error) {
	f, err := os.Open(name) //nolint:gosec // the person at the command line says which
	if err != nil {
		return nil, readFault(name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	raw, err = io.ReadAll(io.LimitReader(f, tree.MaxFile+1)) // one more than allowed, so that parsing refuses it
	if err != nil {
		return nil, readFault(name, err)
	}
	return raw, nil
}

// A Batch takes in files that were found together, and knows which photographs an
// agency's file has pointed to: those are its renditions and not items by themselves. The
// agency's files must come before the photographs, as [Files] gives them. It is for one
// goroutine.
type Batch struct {
	Wire *Service
	In   Incoming // what is known of all of them: Service and Profile

	pointed map[string]bool // by path
}

// IngestFile takes in a file, with the pictures that stand beside it or in folders below.
// Nothing outside its own folder is read. Of a photograph that an agency's file has
// pointed to it gives no results.
func (b *Batch) IngestFile(ctx context.Context, by *account.Account, name string) (results []Result, err error) {
	if err := by.Must(account.WireIngest); err != nil {
		return nil, err
	}
	if b.pointed[filepath.Clean(name)] {
		return nil, nil
	}
	in := b.In
	if in.Raw, err = ReadFile(name); err != nil {
		return nil, err
	}
	folder, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, readFault(name, err)
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	in.File, in.Beside = name, func(href string) (io.ReadCloser, error) {
		f, err := folder.Open(filepath.FromSlash(href))
		if err != nil {
			return nil, err
		}
		if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
			return nil, errors.Join(fs.ErrNotExist, err, f.Close())
		}
		if b.pointed == nil {
			b.pointed = map[string]bool{}
		}
		b.pointed[filepath.Join(filepath.Dir(name), filepath.FromSlash(href))] = true
		return f, nil
	}
	return b.Wire.Ingest(ctx, by, in)
}
