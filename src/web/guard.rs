//! Who may ask: this machine by its own name, and nobody else's pages in its stead.

/// The names by which a server may be called.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    hosts: Vec<String>,
}

impl Guard {
    /// A server on a host and a port. One on this machine alone is called by any of its own names.
    pub(super) fn of(host: &str, port: u16) -> Self {
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        let own = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let names = if is_loopback(host) {
            loopback.iter().map(|&name| name.to_owned()).chain([own]).collect()
        } else {
            vec![own]
        };
        let named = |name: &String| {
            let alone = (port == 80).then(|| name.clone());
            [Some(format!("{name}:{port}")), alone].into_iter().flatten()
        };
        Self { hosts: names.iter().flat_map(named).collect() }
    }

    /// Whether a request with this `Host` may be looked at: one that names another may have been led
    /// here by a page elsewhere (DNS rebinding).
    pub(super) fn is_named(&self, host: Option<&str>) -> bool {
        host.is_some_and(|host| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
    }

    /// Whether a page from this `Origin` (RFC 6454, section 7) is one of ours.
    pub(super) fn is_own(&self, origin: &str) -> bool {
        let host =
            ["http://", "https://"].into_iter().find_map(|scheme| origin.strip_prefix(scheme));
        self.is_named(host)
    }
}

/// Whether only this machine can reach a host.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_names_are_answered_to() {
        let guard = Guard::of("127.0.0.1", 8017);
        for host in ["127.0.0.1:8017", "localhost:8017", "LOCALHOST:8017", "[::1]:8017"] {
            assert!(guard.is_named(Some(host)), "{host}");
            assert!(guard.is_own(&format!("http://{host}")), "{host}");
        }
        for host in ["evil.example", "127.0.0.1", "127.0.0.1:80", "localhost:8017.evil.example", ""]
        {
            assert!(!guard.is_named(Some(host)), "{host}");
            assert!(!guard.is_own(&format!("http://{host}")), "{host}");
        }
        assert!(!guard.is_named(None));
        for origin in
            ["null", "", "localhost:8017", "ftp://localhost:8017", "http://localhost:8017/"]
        {
            assert!(!guard.is_own(origin), "{origin}");
        }
        assert!(Guard::of("example.org", 80).is_named(Some("example.org")));
        assert!(!Guard::of("example.org", 80).is_named(Some("localhost:80")));
    }

    #[test]
    fn loopback_is_this_machine() {
        assert!(is_loopback("127.8.9.1") && is_loopback("::1") && is_loopback("localhost"));
        assert!(!is_loopback("0.0.0.0") && !is_loopback("::") && !is_loopback("192.168.1.4"));
    }
}
