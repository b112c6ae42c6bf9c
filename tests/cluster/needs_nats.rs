//! What needs the server of NATS (scripts/install-test-tools brings it).

mod contract;
mod faults;
mod importing;
mod office;
mod program;
mod rights;
mod rogue;
mod servers;
mod writers;
