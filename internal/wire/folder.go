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

// extensions are of the files that are taken from a folder; others are pictures and
// the like beside them.
var extensions = map[string]bool{".xml": true, ".json": true, ".ninjs": true, ".newsml": true, ".nitf": true, ".g2": true, ".iptc": true, ".anpa": true}

// textExtensions are of files that may be anything; they are agency files when they begin
// as one.
var textExtensions = map[string]bool{"": true, ".txt": true, ".asc": true, ".7901": true, ".dat": true}

// isAgencyFile reports whether a file in a folder is an agency's.
func isAgencyFile(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	if !textExtensions[ext] {
		return extensions[ext]
	}
	f, err := os.Open(name) //nolint:gosec // it is in a folder that the person at the command line named
	if err != nil {
		return false
	}
	start, err := io.ReadAll(io.LimitReader(f, peeked))
	return errors.Join(err, f.Close()) == nil && parse.Format(start) != ""
}

// peeked is how much of a file shows its format, in bytes.
const peeked = 16 << 10

// Files returns the agency files that paths name: files as they are, folders with all
// that is inside, in the order of names. Hidden files are left out.
func Files(paths []string) ([]string, error) {
	var found []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, readFault(p, err)
		}
		if !info.IsDir() {
			found = append(found, p)
			continue
		}
		err = filepath.WalkDir(p, func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return readFault(name, err)
			case name != p && strings.HasPrefix(e.Name(), "."):
				if e.IsDir() {
					return fs.SkipDir
				}
			case e.Type().IsRegular() && isAgencyFile(name):
				found = append(found, name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
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

// IngestFile takes in a file, with the pictures that stand beside it or in folders
// below. Nothing outside its own folder is read. in says what is known of it: its Service
// and Profile.
func (s *Service) IngestFile(ctx context.Context, by *account.Account, name string, in Incoming) (results []Result, err error) {
	if err := by.Must(account.WireIngest); err != nil {
		return nil, err
	}
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
		return f, nil
	}
	return s.Ingest(ctx, by, in)
}
