//! Networks of the kernel (namespaces) that a bridge joins, and that can be cut off from each other.
//!
//! They are made by a program that has a view of the machine of its own: its network, its table of
//! mounts, its processes. When it ends, however that is, the kernel takes all of it away, and
//! nothing of it was ever seen outside. It does not have to be root there.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, exit};
use std::thread;

/// Joins networks by a bridge: each is called by its place, and has the address of its place. Where
/// the kernel lets it be said (since 6.15), what was not answered is sent again every second: else a
/// connection that was cut for long is silent for up to as long again.
const JOIN: &str = r#"
    mount -t tmpfs tmpfs /run
    ip link set lo up
    ip link add name bridge type bridge
    ip link set bridge up
    ip address add 10.0.0.100/24 dev bridge
    for place in "$@"; do
        ip netns add "$place"
        ip link add "port$place" type veth peer name office netns "$place"
        ip link set "port$place" master bridge up
        nsenter "--net=/run/netns/$place" sh -ec "
            ip link set lo up
            ip address add 10.0.0.$place/24 dev office
            ip link set office up
            again=/proc/sys/net/ipv4/tcp_rto_max_ms
            if [ -w \$again ]; then echo 1000 >\$again; fi
        "
    done
"#;

/// What is dropped at one side of a cut.
#[derive(Clone, Copy)]
pub(super) enum Cut {
    /// What goes out, and what comes in.
    Both,
    /// What goes out alone.
    Out,
}

/// A copy of this program, in networks of its own; who starts it keeps its input open.
pub(super) fn apart(copy: &Command) -> Command {
    let mut command = Command::new("unshare");
    // Where Debian keeps what it expects only root to run.
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap());
    command
        .env("PATH", path)
        .args(["--map-root-user", "--net", "--mount", "--pid", "--fork", "--mount-proc"])
        .arg("--kill-child")
        .arg(copy.get_program())
        .args(copy.get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Ends this copy, and with it all that it has started, when its input ends.
pub(super) fn end_with_input() {
    thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        exit(2);
    });
}

/// The address of a place.
pub(super) fn host(place: usize) -> String {
    format!("10.0.0.{place}")
}

/// The network of a place.
pub(super) fn network(place: usize) -> PathBuf {
    Path::new("/run/netns").join(place.to_string())
}

/// Makes the networks of these places.
pub(super) fn join(places: impl IntoIterator<Item = usize>) {
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", JOIN, "join"]).args(places.into_iter().map(|it| it.to_string()));
    assert!(shell.status().unwrap().success(), "no networks");
}

/// Cuts each of these places off from each of the others.
pub(super) fn cut(these: &[usize], others: &[usize], what: Cut) {
    let hosts = others.iter().map(|place| host(*place)).collect::<Vec<_>>().join(", ");
    let out = format!("type filter hook output priority 0; ip daddr {{ {hosts} }} drop;");
    let back = match what {
        Cut::Both => format!("type filter hook input priority 0; ip saddr {{ {hosts} }} drop;"),
        Cut::Out => String::new(),
    };
    let table = format!("table inet cut {{\nchain out {{ {out} }}\nchain back {{ {back} }}\n}}\n");
    for place in these {
        tell(*place, &table);
    }
}

/// Takes the cut of these places away.
pub(super) fn heal(these: &[usize]) {
    for place in these {
        tell(*place, "delete table inet cut\n");
    }
}

fn tell(place: usize, words: &str) {
    let mut nft = super::program(Some(&network(place)), "nft");
    let mut nft = nft.args(["-f", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    nft.stdin.take().unwrap().write_all(words.as_bytes()).unwrap();
    assert!(nft.wait().unwrap().success(), "{words}");
}
