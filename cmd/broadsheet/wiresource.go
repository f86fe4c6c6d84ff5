package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/app"
	"broadsheet/internal/id"
	"broadsheet/internal/source"
	"broadsheet/internal/wire/transport"
)

type wireSourceCmd struct {
	Add    wireSourceAddCmd    `cmd:"" help:"Add a source from which agency files come."`
	List   wireSourceListCmd   `cmd:"" help:"List the sources, with what came of them."`
	Test   wireSourceTestCmd   `cmd:"" help:"Show what a source would give; nothing is stored."`
	Change wireSourceChangeCmd `cmd:"" help:"Give a source another profile, schedule or policy."`
	Pause  wireSourcePauseCmd  `cmd:"" help:"Stop polling a source, or taking what it pushes."`
	Resume wireSourceResumeCmd `cmd:"" help:"Go on with a source that was paused."`
	Remove wireSourceRemoveCmd `cmd:"" help:"Remove a source; its items stay."`
}

type wireSourceAddCmd struct {
	Name        string        `arg:"" help:"Name of the source; its items are listed under it."`
	Kind        string        `required:"" enum:"pull,push,folder,ftp,ftps,sftp,imap" help:"How files come: pull, push, folder, ftp, ftps, sftp or imap." placeholder:"KIND"`
	Address     string        `help:"Where they are: a URL, or the whole path of a folder." placeholder:"URL"`
	User        string        `help:"User at the source."`
	SecretStdin bool          `help:"Read the password, bearer token or private key from standard input."`
	HostKey     string        `help:"Key of an SFTP server, as \"ssh-keyscan\" prints it without the host. Without it, \"test\" shows it." placeholder:"KEY"`
	Agency      string        `help:"Agency that it speaks for: sources of one agency may change and kill each other's items. Default: the web host that is polled, else the source alone." placeholder:"NAME"`
	Profile     string        `help:"The agency's profile. Default: what each item shows." placeholder:"ID"`
	Every       time.Duration `help:"How often it is polled, 5s to 24h. Default: 1m, for a folder 5s." placeholder:"TIME"`
	After       string        `help:"What becomes of a file there that was taken in: keep, move or delete. Default: keep, for a folder move." placeholder:"WHAT"`
	PrivateHost []string      `help:"Host, as the address names it, that may have a private address. May be repeated." placeholder:"HOST"`
	Takedown    string        `help:"What a kill does by itself: mark, hold or remove. Default: what wire.on_kill says." placeholder:"WHAT"`
	Token       string        `help:"ID of the token with which the agency pushes already. Default: a new one is made." placeholder:"ID"`
}

// Help implements kong.HelpProvider.
func (wireSourceAddCmd) Help() string {
	return `A running newsroom polls the source from now on. A file is moved, deleted or marked at the source only after it was taken in; what cannot be read is kept and listed on the desk under Files. docs/wire-sources.md has all of it.

For a source that pushes, the secret of its new token is printed once; it is the only thing on standard output.

Examples:
  broadsheet wire source add "Meridian World" --kind pull --address https://feeds.meridian.example/world.xml --every 2m
  broadsheet wire source add "Northern Wire" --kind sftp --address sftp://files.northern.example/out --user desk --secret-stdin <id_ed25519
  broadsheet wire source add "Agencia Austral" --kind folder --address /srv/austral
  TOKEN=$(broadsheet wire source add "Harbour Press" --kind push)`
}

// Run runs the command.
func (c *wireSourceAddCmd) Run(p *program) error {
	src := source.Source{
		Name: c.Name, Kind: transport.Kind(c.Kind), Address: c.Address, User: c.User, HostKey: c.HostKey, Agency: c.Agency, Profile: c.Profile,
		Every: c.Every, After: transport.After(c.After), Private: c.PrivateHost, Takedown: source.Takedown(c.Takedown),
	}
	if c.SecretStdin {
		secret, err := io.ReadAll(io.LimitReader(p.in, maxSecret))
		if err != nil {
			return err
		}
		src.Secret = transport.Secret(strings.TrimRight(string(secret), "\r\n"))
	}
	if c.Token != "" {
		token, err := id.Parse(c.Token)
		if err != nil {
			return fmt.Errorf("%q is not the ID of a token; \"broadsheet token list\" shows them", c.Token)
		}
		src.Token = token
	}
	return p.withNewsroom(func(n *app.Newsroom) error {
		added, token, err := n.Sources.Add(p.ctx, account.System(), src)
		if err != nil {
			return err
		}
		if token != "" {
			fmt.Fprintf(p.err, "Added %s. It pushes with this token; keep it, it cannot be shown again.\n", added.Name)
			fmt.Fprintln(p.out, token)
			return nil
		}
		fmt.Fprintf(p.out, "Added %s. See what it would give: broadsheet wire source test %q\n", added.Name, added.Name)
		return nil
	})
}

// maxSecret is how much of standard input is read for a secret, one more than is allowed.
const maxSecret = 16<<10 + 1

type wireSourceListCmd struct{}

// Run runs the command.
func (c *wireSourceListCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		all, err := n.Sources.List(p.ctx, account.System())
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "NAME\tKIND\tSTATE\tLAST SEEN\tFILES\tITEMS\tERRORS\tADDRESS\tNOTE")
		for _, s := range all {
			seen := "never"
			if !s.Seen.IsZero() {
				seen = s.Seen.UTC().Format("2006-01-02 15:04 UTC")
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", s.Name, s.Kind, s.State, seen, s.Files, s.Items, s.Errors, s.Address, note(&s))
		}
		return w.Flush()
	})
}

// note says what is wrong with a source.
func note(s *source.Source) string {
	var notes []string
	if s.Error != "" {
		notes = append(notes, s.Error)
	}
	if !s.Quiet.IsZero() {
		notes = append(notes, "gone quiet")
	}
	return strings.Join(notes, " ")
}

type wireSourceTestCmd struct {
	Name  string `arg:"" help:"Name of the source."`
	Trust bool   `help:"Trust the key that an SFTP server shows, from now on."`
}

// Help implements kong.HelpProvider.
func (wireSourceTestCmd) Help() string {
	return `Up to 20 files are fetched and read; the status is 1 when the source cannot be polled or a file cannot be read. At the source nothing is moved, deleted or marked.

An SFTP server's key is trusted only after somebody has compared its fingerprint with what the agency says: test shows it, and test --trust pins it.

Examples:
  broadsheet wire source test "Meridian World"
  broadsheet wire source test "Northern Wire" --trust`
}

// Run runs the command.
func (c *wireSourceTestCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		src, err := n.Sources.ByName(p.ctx, account.System(), c.Name)
		if err != nil {
			return err
		}
		seen, err := n.Sources.Test(p.ctx, account.System(), src.ID)
		if err != nil {
			return err
		}
		if seen.Host != nil && c.Trust {
			if err := n.Sources.Trust(p.ctx, account.System(), src.ID, seen.Host.Key); err != nil {
				return err
			}
			fmt.Fprintf(p.out, "The key of %s, %s, is trusted now.\n", seen.Host.Host, seen.Host.Fingerprint)
			if seen, err = n.Sources.Test(p.ctx, account.System(), src.ID); err != nil {
				return err
			}
		}
		return c.print(p, &seen)
	})
}

func (c *wireSourceTestCmd) print(p *program, seen *source.Preview) error {
	bad := 0
	for _, f := range seen.Files {
		if f.Fault != "" {
			bad++
			fmt.Fprintf(p.out, "%s: cannot be read: %s\n", f.Name, f.Fault)
			continue
		}
		fmt.Fprintf(p.out, "%s: %s, %s\n", f.Name, f.Format, plural(len(f.Items), "item"))
		for _, it := range f.Items {
			fmt.Fprintf(p.out, "  %s %s  %s\n", it.URI, it.Version, it.Headline)
		}
	}
	switch {
	case seen.Fault != "":
		return errors.New(seen.Fault)
	case bad > 0:
		return fmt.Errorf("%s cannot be read", plural(bad, "file"))
	case seen.More:
		fmt.Fprintln(p.out, "There are more files.")
	case len(seen.Files) == 0:
		fmt.Fprintln(p.out, "There is no file.")
	}
	return nil
}

type wireSourceChangeCmd struct {
	Name     string        `arg:"" help:"Name of the source."`
	Agency   *string       `help:"Agency that it speaks for; \"\" for the web host that is polled, else the source alone." placeholder:"NAME"`
	Profile  *string       `help:"The agency's profile; \"\" for what each item shows." placeholder:"ID"`
	Every    time.Duration `help:"How often it is polled, 5s to 24h." placeholder:"TIME"`
	After    string        `help:"What becomes of a file there that was taken in: keep, move or delete." placeholder:"WHAT"`
	Takedown string        `help:"What a kill does by itself: mark, hold or remove." placeholder:"WHAT"`
}

// Help implements kong.HelpProvider.
func (wireSourceChangeCmd) Help() string {
	return `Files that could not be read are tried again with the new profile when somebody asks for it on the desk, under Files.

Example:
  broadsheet wire source change "Northern Wire" --profile generic --every 30s`
}

// Run runs the command.
func (c *wireSourceChangeCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		src, err := n.Sources.ByName(p.ctx, account.System(), c.Name)
		if err != nil {
			return err
		}
		change := source.Change{Agency: c.Agency, Profile: c.Profile, Every: c.Every, After: transport.After(c.After), Takedown: source.Takedown(c.Takedown)}
		if err := n.Sources.Change(p.ctx, account.System(), src.ID, change); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s is changed.\n", src.Name)
		return nil
	})
}

type wireSourcePauseCmd struct {
	Name string `arg:"" help:"Name of the source."`
}

// Help implements kong.HelpProvider.
func (wireSourcePauseCmd) Help() string {
	return `What an agency pushes meanwhile is refused with 409, so that it sends it again later.

Example:
  broadsheet wire source pause "Northern Wire"`
}

// Run runs the command.
func (c *wireSourcePauseCmd) Run(p *program) error {
	return setSource(p, c.Name, source.Paused, "is paused")
}

type wireSourceResumeCmd struct {
	Name string `arg:"" help:"Name of the source."`
}

// Run runs the command.
func (c *wireSourceResumeCmd) Run(p *program) error {
	return setSource(p, c.Name, source.Active, "goes on")
}

type wireSourceRemoveCmd struct {
	Name string `arg:"" help:"Name of the source."`
}

// Help implements kong.HelpProvider.
func (wireSourceRemoveCmd) Help() string {
	return `Its secret is forgotten. Items and files that came from it stay; a token with which it pushed stays too ("broadsheet token revoke").

Example:
  broadsheet wire source remove "Northern Wire"`
}

// Run runs the command.
func (c *wireSourceRemoveCmd) Run(p *program) error {
	return setSource(p, c.Name, source.Removed, "is removed")
}

func setSource(p *program, name string, state source.State, says string) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		src, err := n.Sources.ByName(p.ctx, account.System(), name)
		if err != nil {
			return err
		}
		if err := n.Sources.SetState(p.ctx, account.System(), src.ID, state); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s %s.\n", src.Name, says)
		return nil
	})
}
