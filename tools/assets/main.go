// Command assets builds web/dist, the desk's scripts and style, from web/desk
// and its node_modules. The same sources always give the same bytes, so that
// the built files can be committed and checked.
//
//	assets [-root DIR] [-check]
//
// With -check nothing is written: the command fails, naming each file, when
// what is committed is not what the sources give.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are built one file each, named after the entry and its hash.
var entries = []string{"src/desk.ts", "src/editor.ts", "css/desk.css"}

// manifestName lists entry names beside the hashed names they were built to.
const manifestName = "manifest.json"

// licencesName is the entry for the notices of the packages that the bundles contain.
const licencesName = "licences.txt"

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("assets", flag.ContinueOnError)
	root := flags.String("root", "..", "the top folder of the repository")
	check := flags.Bool("check", false, "only compare with what is there")
	if err := flags.Parse(args); err != nil {
		return err
	}
	top, err := filepath.Abs(*root)
	if err != nil {
		return err
	}
	source, dist := filepath.Join(top, "web", "desk"), filepath.Join(top, "web", "dist")
	if _, err := os.Stat(filepath.Join(source, "node_modules")); err != nil {
		return fmt.Errorf("%s has no node_modules; run npm ci there first", source)
	}
	files, err := build(source)
	if err != nil {
		return err
	}
	if *check {
		return compare(dist, files)
	}
	return write(out, dist, files)
}

// build bundles the entries of the source folder and returns what belongs in
// the dist folder by name.
func build(source string) (map[string][]byte, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     source,
		EntryPoints:       entries,
		EntryNames:        "[name].[hash]",
		ChunkNames:        "shared.[hash]",
		Outdir:            "out",
		Bundle:            true,
		Splitting:         true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone, // LICENSES.txt has them
		Charset:           api.CharsetUTF8,
		Metafile:          true,
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		text := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		return nil, errors.New(strings.Join(text, "\n"))
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, describe(source, result.Metafile, files)
}

// describe adds the manifest and the licences to files.
func describe(source, metafile string, files map[string][]byte) error {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string              `json:"entryPoint"`
			Inputs     map[string]struct{} `json:"inputs"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return err
	}
	manifest, packages := map[string]string{}, map[string]bool{}
	for name, output := range meta.Outputs {
		if output.EntryPoint != "" {
			built := filepath.Base(name)
			manifest[strings.TrimSuffix(filepath.Base(output.EntryPoint), filepath.Ext(output.EntryPoint))+filepath.Ext(built)] = built
		}
		for input := range output.Inputs {
			if rest, ok := strings.CutPrefix(input, "node_modules/"); ok {
				packages[packageName(rest)] = true
			}
		}
	}
	notices, err := licences(filepath.Join(source, "node_modules"), packages)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(notices)
	manifest[licencesName] = "licences." + hex.EncodeToString(sum[:4]) + ".txt"
	files[manifest[licencesName]] = notices
	text, err := json.MarshalIndent(manifest, "", "  ")
	files[manifestName] = append(text, '\n')
	return err
}

func packageName(path string) string {
	parts := strings.SplitN(path, "/", 3)
	if strings.HasPrefix(path, "@") {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

func licences(modules string, packages map[string]bool) ([]byte, error) {
	var b bytes.Buffer
	names := make([]string, 0, len(packages))
	for name := range packages {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		found, err := filepath.Glob(filepath.Join(modules, name, "LICEN[CS]E*"))
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("package %s has no licence file", name)
		}
		text, err := os.ReadFile(found[0])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s\n\n%s\n\n", name, bytes.TrimSpace(text))
	}
	return b.Bytes(), nil
}

// stale lists the built files in dist that files does not have.
func stale(dist string, files map[string][]byte) ([]string, error) {
	found, err := os.ReadDir(dist)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, f := range found {
		if _, ok := files[f.Name()]; !ok && filepath.Ext(f.Name()) != ".go" {
			names = append(names, f.Name())
		}
	}
	return names, nil
}

func compare(dist string, files map[string][]byte) error {
	wrong, err := stale(dist, files)
	if err != nil {
		return err
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dist, name)) //nolint:gosec // a name that esbuild made, in our own folder
		if err != nil || !bytes.Equal(got, want) {
			wrong = append(wrong, name)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	sort.Strings(wrong)
	return fmt.Errorf("web/dist is not what the sources give; run make assets. These differ: %s", strings.Join(wrong, ", "))
}

func write(out io.Writer, dist string, files map[string][]byte) error {
	old, err := stale(dist, files)
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(filepath.Join(dist, name)); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dist, 0o750); err != nil {
		return err
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dist, name), files[name], 0o644); err != nil { //nolint:gosec // sources, as git writes them
			return err
		}
		fmt.Fprintf(out, "%8d  %s\n", len(files[name]), name)
	}
	return nil
}
