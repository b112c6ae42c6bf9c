//! What needs the server of NATS (scripts/install-test-tools brings it).

mod between;
mod codes;
mod contract;
mod credentials;
mod faults;
mod importing;
mod needs_nftables;
mod office;
mod program;
mod queues;
mod rights;
mod rogue;
mod served;
mod servers;
mod writers;
