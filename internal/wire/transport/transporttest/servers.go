package transporttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Program returns the path of a server's program. Without it the test is skipped; with
// CI set, that is a failure.
func Program(t *testing.T, name, pkg string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, dir := range []string{"/usr/sbin", "/usr/lib/openssh", "/usr/libexec"} {
		if path := filepath.Join(dir, name); isFile(path) {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed in CI: make setup installs Debian's %s", name, pkg)
	}
	t.Skipf("%s is not installed: make setup installs Debian's %s", name, pkg)
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Ports returns n ports that are free at Inner and at 127.0.0.1.
func Ports(t *testing.T, n int) []string {
	t.Helper()
	var held []net.Listener
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	var ports []string
	for len(ports) < n {
		inner, err := new(net.ListenConfig).Listen(t.Context(), "tcp", Inner+":0")
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, inner)
		_, port, _ := net.SplitHostPort(inner.Addr().String())
		outer, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		held = append(held, outer)
		ports = append(ports, port)
	}
	return ports
}

// Start runs a server in the foreground until the test ends, and returns once it
// listens at Inner.
func Start(t *testing.T, port, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...) //nolint:gosec,noctx // ended by the cleanup, with its children
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		select {
		case err := <-exited:
			_ = err // it was told to
		case <-time.After(10 * time.Second):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(program), said.String())
		}
	})
	deadline, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(deadline, "tcp", net.JoinHostPort(Inner, port))
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case err := <-exited:
			exited <- err
			t.Fatalf("%s ended: %v\n%s", filepath.Base(program), err, said.String())
		case <-deadline.Done():
			t.Fatalf("%s does not listen: %v\n%s", filepath.Base(program), err, said.String())
		case <-time.After(10 * time.Millisecond): // until it listens
		}
	}
}

// Write writes a file for a server to read, and returns its path.
func Write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // for another user's server
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Me is who runs the test.
func Me(t *testing.T) *user.User {
	t.Helper()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return me
}

// Drop puts files into a folder as an agency does that is done with them: in one step,
// and last changed an hour ago.
func Drop(dir string) func(t *testing.T, name string, data []byte) {
	return func(t *testing.T, name string, data []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		hidden := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".tmp")
		old := time.Now().Add(-time.Hour)
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(hidden, data, 0o644)) //nolint:gosec // read by a server
		if err := errors.Join(err, os.Chtimes(hidden, old, old), os.Rename(hidden, path)); err != nil {
			t.Fatal(err)
		}
	}
}

// VSFTPD starts Debian's vsftpd on a new folder and returns the folder and its port at
// 127.0.0.1, before which stands the proxy. With TLS, cert is a file of key and
// certificate.
func VSFTPD(t *testing.T, cert string) (dir, port string, p *Proxy) {
	t.Helper()
	program := Program(t, "vsftpd", "vsftpd")
	dir = t.TempDir()
	open(t, dir)
	ports := consecutive(t, 12)
	conf := fmt.Sprintf(`listen=YES
listen_address=%s
listen_port=%s
background=NO
run_as_launching_user=YES
local_enable=NO
anonymous_enable=YES
no_anon_password=YES
anon_root=%s
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_umask=022
anon_world_readable_only=NO
write_enable=YES
allow_writeable_chroot=YES
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
one_process_model=NO
pasv_min_port=%s
pasv_max_port=%s
xferlog_enable=NO
secure_chroot_dir=%s
use_localtime=NO
`, Inner, ports[0], dir, ports[1], ports[len(ports)-1], t.TempDir())
	if cert != "" {
		conf += fmt.Sprintf("ssl_enable=YES\nallow_anon_ssl=YES\nforce_anon_logins_ssl=YES\nforce_anon_data_ssl=YES\nssl_tlsv1=YES\nrsa_cert_file=%s\nrsa_private_key_file=%s\n", cert, cert)
	}
	Start(t, ports[0], program, Write(t, filepath.Join(t.TempDir(), "vsftpd.conf"), conf))
	return dir, ports[0], NewProxy(t, ports...)
}

// open lets the user of another server reach a folder of the test's.
func open(t *testing.T, dir string) {
	t.Helper()
	for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil { //nolint:gosec // so that it can be reached
			t.Fatal(err)
		}
	}
}

// consecutive returns n free ports that follow each other.
func consecutive(t *testing.T, n int) []string {
	t.Helper()
	for range 100 {
		var first int
		if _, err := fmt.Sscan(Ports(t, 1)[0], &first); err != nil {
			t.Fatal(err)
		}
		var ports []string
		for i := range n {
			port := strconv.Itoa(first + i)
			for _, host := range []string{Inner, "127.0.0.1"} {
				l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(host, port))
				if err != nil {
					port = ""
					break
				}
				_ = l.Close()
			}
			if port == "" {
				break
			}
			ports = append(ports, port)
		}
		if len(ports) == n {
			return ports
		}
	}
	t.Fatal("no ports are free")
	return nil
}

// SSHD starts OpenSSH's server for the user who runs the test. It returns the port at
// 127.0.0.1, before which stands the proxy, the user's private key, and the server's key.
func SSHD(t *testing.T) (port, key, hostKey string, p *Proxy) {
	t.Helper()
	program, keygen := Program(t, "sshd", "openssh-server"), Program(t, "ssh-keygen", "openssh-client")
	_ = Program(t, "sftp-server", "openssh-sftp-server")
	if os.Geteuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { //nolint:gosec // sshd as root insists on it
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"host", "user"} {
		out, err := exec.CommandContext(t.Context(), keygen, "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, name)).CombinedOutput() //nolint:gosec // a fixed program
		if err != nil {
			t.Fatalf("ssh-keygen: %v\n%s", err, out)
		}
	}
	read := func(name string) string {
		raw, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // ours
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	port = Ports(t, 1)[0]
	conf := fmt.Sprintf(`ListenAddress %s:%s
HostKey %s/host
AuthorizedKeysFile %s/user.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
LogLevel ERROR
Subsystem sftp internal-sftp
`, Inner, port, dir, dir)
	Start(t, port, program, "-D", "-e", "-f", Write(t, filepath.Join(dir, "sshd_config"), conf))
	return port, read("user"), strings.TrimSpace(read("host.pub")), NewProxy(t, port)
}

// Dovecot starts Debian's Dovecot (2.3) with one user, “desk”, whose password is
// “secret”, and IMAP over TLS. It returns the port at 127.0.0.1, before which stands the
// proxy, and the user's Maildir. cert is a file of key and certificate.
func Dovecot(t *testing.T, cert string) (port, maildir string, p *Proxy) {
	t.Helper()
	program, me := Program(t, "dovecot", "dovecot-imapd"), Me(t)
	dir, err := os.MkdirTemp("", "dovecot") //nolint:usetesting // short: sockets have at most 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	open(t, dir)
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		t.Fatal(err)
	}
	service, serviceGroup, uid, gid := me.Username, group.Name, me.Uid, me.Gid
	if me.Uid == "0" { // it refuses to work for root, and has users of its own then
		service, serviceGroup, uid, gid = "dovecot", "dovecot", "65534", "65534"
	}
	port = Ports(t, 1)[0]
	maildir = filepath.Join(dir, "mail")
	conf := fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = /dev/stderr
protocols = imap
listen = %[2]s
default_internal_user = %[3]s
default_internal_group = %[9]s
default_login_user = %[4]s
ssl = required
ssl_cert = <%[5]s
ssl_key = <%[5]s
mail_location = maildir:%[1]s/mail
first_valid_uid = 0
first_valid_gid = 0
disable_plaintext_auth = no
passdb {
  driver = static
  args = user=desk password=secret
}
userdb {
  driver = static
  args = uid=%[6]s gid=%[7]s home=%[1]s
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    address = %[2]s
    port = %[8]s
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`, dir, Inner, service, loginUser(me), cert, uid, gid, port, serviceGroup)
	for _, sub := range []string{"new", "cur", "tmp"} {
		if err := os.MkdirAll(filepath.Join(maildir, sub), 0o755); err != nil { //nolint:gosec // for the mail user
			t.Fatal(err)
		}
	}
	if me.Uid == "0" {
		for _, d := range []string{dir, maildir, maildir + "/new", maildir + "/cur", maildir + "/tmp"} {
			if err := os.Chown(d, 65534, 65534); err != nil {
				t.Fatal(err)
			}
		}
	}
	Start(t, port, program, "-F", "-c", Write(t, filepath.Join(dir, "dovecot.conf"), conf))
	return port, maildir, NewProxy(t, port)
}

// loginUser is who Dovecot speaks to strangers as.
func loginUser(me *user.User) string {
	if me.Uid == "0" {
		return "dovenull"
	}
	return me.Username
}
