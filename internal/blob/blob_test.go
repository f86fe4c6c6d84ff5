package blob_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"broadsheet/internal/blob"
	"broadsheet/internal/blob/blobtest"
	"broadsheet/internal/errs"
)

func TestMemory(t *testing.T) {
	blobtest.Run(t, func(*testing.T) blob.Store { return new(blob.Memory) })
}

func TestDir(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return newDir(t, t.TempDir()) })
}

func newDir(t testing.TB, path string) *blob.Dir {
	t.Helper()
	d, err := blob.NewDir(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDirKeepsFilesWhenOpenedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "when", "missing")
	key, _, err := newDir(t, path).Put(t.Context(), strings.NewReader("kept"))
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := newDir(t, path).Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if data, err := io.ReadAll(f); string(data) != "kept" || err != nil {
		t.Errorf("read %q, %v", data, err)
	}
}

func TestDirPutMendsADamagedFile(t *testing.T) {
	path := t.TempDir()
	d := newDir(t, path)
	key, _, err := d.Put(t.Context(), strings.NewReader("sound"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(path, string(key[:2]), string(key))
	if err := os.WriteFile(file, []byte("rot"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Put(t.Context(), strings.NewReader("sound")); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(file); string(data) != "sound" || err != nil {
		t.Errorf("the file holds %q, %v", data, err)
	}
}

func TestDirPutAfterTheFolderWasEmptied(t *testing.T) {
	path := t.TempDir()
	d := newDir(t, path)
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(path, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if _, _, err := d.Put(t.Context(), strings.NewReader(strings.Repeat("new", i))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// Neither a failed Put nor one that never ended leaves a file for ever.
func TestDirLeavesNoRubbish(t *testing.T) {
	path := t.TempDir()
	d := newDir(t, path)
	if _, _, err := d.Put(t.Context(), iotest.ErrReader(io.ErrUnexpectedEOF)); err == nil {
		t.Fatal("Put from a broken reader succeeded")
	}
	old, fresh := filepath.Join(path, "incoming", "old"), filepath.Join(path, "incoming", "fresh")
	for _, name := range []string{old, fresh} {
		if err := os.WriteFile(name, []byte("half a photo"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	newDir(t, path)
	left, err := os.ReadDir(filepath.Join(path, "incoming"))
	if err != nil || len(left) != 1 || left[0].Name() != "fresh" {
		t.Errorf("incoming holds %v, %v; want only the fresh file", left, err)
	}
}

func TestParseKey(t *testing.T) {
	want := blob.KeyOf([]byte("x"))
	if got, err := blob.ParseKey(string(want)); got != want || err != nil {
		t.Errorf("ParseKey = %q, %v", got, err)
	}
	for _, s := range []string{"", "abc", strings.ToUpper(string(want)), string(want) + "0"} {
		if _, err := blob.ParseKey(s); !errors.Is(err, errs.Invalid) {
			t.Errorf("ParseKey(%q): %v, want invalid", s, err)
		}
	}
}

func BenchmarkDirPut(b *testing.B) {
	d := newDir(b, b.TempDir())
	data := strings.Repeat("x", 100<<10)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, err := d.Put(b.Context(), strings.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
