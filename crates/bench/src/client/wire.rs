//! WebSocket's frames, as far as the clients need them: whole texts, and why a connection was closed.

/// Finds the first frame in some bytes: its opcode, and where its payload begins and ends.
pub(super) fn split(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (first, second) = (bytes.first()?, bytes.get(1)?);
    let (begin, length) = match second & 0x7f {
        126 => (
            4,
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        127 => (
            10,
            usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?,
        ),
        short => (2, usize::from(short)),
    };
    let end = begin + length;
    (bytes.len() >= end).then_some((first & 0x0f, begin, end))
}

/// Makes a text frame as a client sends it, with a mask of zeros.
pub(super) fn masked(payload: &[u8]) -> Vec<u8> {
    let mut frame = head(payload.len(), 0x80);
    frame.extend([0; 4]);
    frame.extend_from_slice(payload);
    frame
}

/// Makes a text frame as a server sends it.
pub(crate) fn unmasked(payload: &[u8]) -> Vec<u8> {
    let mut frame = head(payload.len(), 0);
    frame.extend_from_slice(payload);
    frame
}

fn head(length: usize, mask: u8) -> Vec<u8> {
    let mut head = vec![0x81];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => head.push(mask | short),
        (_, Ok(middle)) => {
            head.push(mask | 126);
            head.extend(middle.to_be_bytes());
        }
        _ => {
            head.push(mask | 127);
            head.extend(u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
    head
}

/// Says with what code and reason the server has closed a connection.
pub(super) fn closed(payload: &[u8]) -> String {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return "the server has closed the connection".into();
    };
    let (code, reason) = (u16::from_be_bytes(*code), String::from_utf8_lossy(reason));
    format!("the server has closed the connection: {code} {reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_any_length_is_split_where_it_ends() {
        for length in [0, 125, 126, 65_535, 65_536] {
            let mut bytes = unmasked(&vec![b'x'; length]);
            let (opcode, begin, end) = split(&bytes).expect("it is whole");
            assert_eq!((opcode, end - begin, end), (1, length, bytes.len()));
            bytes.pop();
            assert_eq!(split(&bytes), None);
        }
    }
}
