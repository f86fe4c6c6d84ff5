package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"broadsheet/internal/errs"
)

// A mailbox is a folder of mail on an IMAP server (RFC 9051, or 3501). A message is known
// by its UID, as long as the folder's UIDVALIDITY stays the same; when that changes, all
// messages are given again, and the wire knows those that it has.
type mailbox struct{ Config }

type mailState struct {
	Validity uint32   `json:"validity,omitempty"`
	Last     imap.UID `json:"last,omitempty"` // the highest that was taken and acknowledged
}

// Poll implements Transport.
func (m *mailbox) Poll(ctx context.Context, state string, take Take) (end End, err error) {
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	end = End{State: state}
	client, folder, err := m.open(ctx)
	if err != nil {
		return end, err
	}
	defer func() { _ = client.Close() }() // what was done is done
	box, err := client.Select(folder, &imap.SelectOptions{ReadOnly: m.Peek}).Wait()
	if err != nil {
		return end, folderFault(folder, err)
	}
	now := parseState[mailState](state)
	if now.Validity != box.UIDValidity || m.Peek {
		now = mailState{Validity: box.UIDValidity}
	}
	found, err := client.UIDSearch(&imap.SearchCriteria{
		UID: []imap.UIDSet{{imap.UIDRange{Start: now.Last + 1, Stop: 0}}}, NotFlag: []imap.Flag{imap.FlagDeleted},
	}, nil).Wait()
	if err != nil {
		return end, fmt.Errorf("search %s: %w", folder, err)
	}
	if !m.Peek {
		end.State = stateText(now)
	}
	taken := 0
	for _, uid := range found.AllUIDs() {
		if uid <= now.Last { // N:* has the last message even when it is below N
			continue
		}
		if taken == MaxFiles {
			end.More = true
			break
		}
		if err := m.takeOne(ctx, client, folder, uid, take); err != nil {
			return end, err
		}
		taken++
		if now.Last = uid; !m.Peek {
			end.State = stateText(now)
		}
	}
	return end, client.Logout().Wait()
}

func (m *mailbox) open(ctx context.Context) (*imapclient.Client, string, error) {
	port := "993"
	plain := strings.HasPrefix(m.Address, "imap:")
	if plain {
		port = "143"
	}
	u, address := m.host(port)
	raw, err := m.connect(ctx, address)
	if err != nil {
		return nil, "", err
	}
	client, err := m.secure(raw, u.Hostname(), plain)
	if err != nil {
		return nil, "", errors.Join(describe(address, err), raw.Close())
	}
	if err := client.Login(m.User, string(m.Secret)).Wait(); err != nil {
		_ = client.Close()
		if _, answered := errors.AsType[*imap.Error](err); answered {
			return nil, "", &errs.Error{Kind: errs.Denied, Message: u.Host + " refuses this user and secret.", Err: err}
		}
		return nil, "", fmt.Errorf("sign in to %s: %w", u.Host, err)
	}
	folder := strings.Trim(u.Path, "/")
	if folder == "" {
		folder = "INBOX"
	}
	return client, folder, nil
}

// secure begins TLS: at once for imaps, by STARTTLS for imap. A server without it is
// not told the password.
func (m *mailbox) secure(raw net.Conn, host string, plain bool) (*imapclient.Client, error) {
	config := m.tls(host)
	if plain {
		return imapclient.NewStartTLS(raw, &imapclient.Options{TLSConfig: config})
	}
	client := imapclient.New(tlsClient(raw, config), nil)
	return client, client.WaitGreeting()
}

func folderFault(folder string, err error) error {
	if _, answered := errors.AsType[*imap.Error](err); answered {
		return &errs.Error{Kind: errs.Invalid, Message: "The server does not open the folder " + folder + ".", Err: err}
	}
	return fmt.Errorf("open %s: %w", folder, err)
}

func (m *mailbox) takeOne(ctx context.Context, client *imapclient.Client, folder string, uid imap.UID, take Take) error {
	f := File{Name: fmt.Sprintf("%s-%d.eml", strings.ReplaceAll(folder, "/", "-"), uid)}
	set := imap.UIDSetNum(uid)
	sized, err := client.Fetch(set, &imap.FetchOptions{RFC822Size: true}).Collect()
	if err != nil {
		return fmt.Errorf("look at message %d: %w", uid, err)
	}
	if len(sized) == 0 {
		return nil // somebody deleted it
	}
	if sized[0].RFC822Size > MaxFile {
		f.Fault = tooLarge()
	} else if f.Raw, err = fetchMessage(client, set); err != nil {
		return fmt.Errorf("fetch message %d: %w", uid, err)
	}
	if _, err := take(ctx, f); err != nil || m.Peek {
		return err
	}
	return m.acknowledge(client, set, m.After == Delete && f.Fault == "") // nobody has the bytes of one that is too large
}

func fetchMessage(client *imapclient.Client, set imap.UIDSet) ([]byte, error) {
	whole := &imap.FetchItemBodySection{Peek: true}
	got, err := client.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
	if err != nil {
		return nil, err
	}
	for _, message := range got {
		if raw := message.FindBodySection(whole); len(raw) > 0 {
			return raw, nil
		}
	}
	return nil, errors.New("the server gave no message")
}

// acknowledge marks a message as seen, and may delete it.
func (m *mailbox) acknowledge(client *imapclient.Client, set imap.UIDSet, remove bool) error {
	flags := []imap.Flag{imap.FlagSeen}
	if remove {
		flags = append(flags, imap.FlagDeleted)
	}
	err := client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: flags}, nil).Close()
	if err == nil && remove && client.Caps().Has(imap.CapUIDPlus) {
		err = client.UIDExpunge(set).Close()
	}
	if err != nil {
		return fmt.Errorf("mark a message as taken: %w", err)
	}
	return nil
}
