package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"broadsheet/internal/errs"
)

// lockFolder makes sure that this process alone serves from the folder. The lock
// is on the folder itself, not on a file in it, and ends with the process,
// however that ends.
func lockFolder(path string) (_ *os.File, err error) {
	if err := os.MkdirAll(path, 0o750); err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	owner := holder(f)
	_ = f.Close()
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("lock data folder %s: %w", path, err)
	}
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return nil, errs.E(errs.Conflict, "another Broadsheet%s already runs on the data folder %s; stop it first, or choose another folder with --data", owner, path)
}

// holder returns " (process N)" for the process that holds the lock on f, where
// the system tells it (Linux), else "".
func holder(f *os.File) string {
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		return ""
	}
	inode := fmt.Sprintf(":%d", stat.Ino)
	for line := range strings.Lines(string(locks)) {
		// 1: FLOCK  ADVISORY  WRITE 4711 08:01:131074 0 EOF
		fields := strings.Fields(line)
		if len(fields) > 5 && fields[1] == "FLOCK" && strings.HasSuffix(fields[5], inode) && fields[4] != "0" {
			return " (process " + fields[4] + ")"
		}
	}
	return ""
}
