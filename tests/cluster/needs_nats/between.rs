//! Who stands between a program and a server, and does something whenever the program writes to a
//! stream, before the server hears of it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// Listens for programs, and leads them to a server; gives the port. It ends with the test program.
pub fn between(server: String, stream: &str, work: impl Fn() + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (word, work) = (format!("HPUB ledger.{stream} "), Arc::new(work));
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(server) = TcpStream::connect(&server) else { continue };
            let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || lead(back.0, back.1, |_| ()));
            let (word, work) = (word.clone(), Arc::clone(&work));
            thread::spawn(move || {
                lead(client, server, |bytes| {
                    if bytes.windows(word.len()).any(|it| it == word.as_bytes()) {
                        work();
                    }
                });
            });
        }
    });
    port
}

/// Hands on what comes, as it comes, and looks at it first.
fn lead(mut from: TcpStream, mut to: TcpStream, look: impl Fn(&[u8])) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(many @ 1..) = from.read(&mut bytes) {
        look(&bytes[..many]);
        if to.write_all(&bytes[..many]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
