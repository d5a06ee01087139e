//! A reader of JSON that does not allocate. It walks over the text as often as it is asked for a key, and knows where a
//! string or an object ends, so that nothing inside of either is taken for a key of the object around it.

use super::parts::find;

/// How deep brackets may be nested before the text is taken for no JSON.
const DEEPEST: u32 = 64;

/// A text that may be inside a string of another JSON text, as in the notifications of Amazon SNS.
#[derive(Clone, Copy)]
pub(super) struct Json<'a> {
    text: &'a [u8],
    is_escaped: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// What is between the quotation marks, with its escapes.
    Text(&'a [u8]),
    /// An object or an array, with its brackets.
    Nested(Json<'a>),
    /// A number, `true`, `false` or `null`.
    Word(&'a [u8]),
}

impl<'a> Value<'a> {
    /// The text of a string that is not empty.
    pub(super) fn text(self) -> Option<&'a [u8]> {
        match self {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// A number, or the text of a string.
    pub(super) fn word(self) -> Option<&'a [u8]> {
        match self {
            Value::Text(text) | Value::Word(text) => Some(text),
            Value::Nested(_) => None,
        }
    }

    pub(super) fn nested(self) -> Option<Json<'a>> {
        match self {
            Value::Nested(json) => Some(json),
            _ => None,
        }
    }

    /// The text, or the first text of an array.
    pub(super) fn first_text(self) -> Option<&'a [u8]> {
        match self {
            Value::Nested(json) => json.elements().next()?.text(),
            value => value.text(),
        }
    }
}

impl<'a> Json<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Json<'a> {
        Json { text, is_escaped: false }
    }

    /// The JSON that is inside a string.
    pub(super) const fn inside(text: &'a [u8]) -> Json<'a> {
        Json { text, is_escaped: true }
    }

    /// The object that the text begins with, or the first object of an array of them.
    pub(super) fn first_object(self) -> Option<Json<'a>> {
        let json = self.trimmed();
        match json.byte()? {
            b'{' => Some(json),
            b'[' => json.elements().find_map(Value::nested).filter(|json| json.byte() == Some(b'{')),
            _ => None,
        }
    }

    /// The object that the text begins with, or every object of an array of them.
    pub(super) fn objects(self) -> impl Iterator<Item = Json<'a>> {
        let json = self.trimmed();
        let object = Some(json).filter(|json| json.is_object());
        object.into_iter().chain(json.elements().filter_map(Value::nested).filter(|json| json.is_object()))
    }

    pub(super) fn is_object(self) -> bool {
        self.byte() == Some(b'{')
    }

    /// The values of these keys, in one pass, up to the last that is wanted. The first of several keys of one name counts.
    pub(super) fn pick<const N: usize>(self, keys: [&[u8]; N]) -> [Option<Value<'a>>; N] {
        let mut values = [None; N];
        let mut missing = N;
        for (key, value) in self.members() {
            for (name, place) in keys.iter().zip(values.iter_mut()) {
                if *name == key && place.is_none() {
                    *place = Some(value);
                    missing -= 1;
                }
            }
            if missing == 0 {
                break;
            }
        }
        values
    }

    pub(super) fn get(self, key: &[u8]) -> Option<Value<'a>> {
        self.members().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The keys of an object and their values, up to the first thing that is not JSON.
    pub(super) fn members(self) -> impl Iterator<Item = (&'a [u8], Value<'a>)> {
        let mut rest = self.after_byte(b'{');
        core::iter::from_fn(move || {
            let (key, after) = rest?.trimmed().string()?;
            let (value, after) = after.trimmed().after_byte(b':')?.trimmed().value()?;
            rest = after.trimmed().after_byte(b',');
            Some((key, value))
        })
    }

    /// The elements of an array.
    pub(super) fn elements(self) -> impl Iterator<Item = Value<'a>> {
        let mut rest = self.after_byte(b'[');
        core::iter::from_fn(move || {
            let (value, after) = rest?.trimmed().value()?;
            rest = after.trimmed().after_byte(b',');
            Some(value)
        })
    }

    /// The first character, and how many bytes it takes. Inside a string each quotation mark and backslash is escaped.
    fn next(self) -> Option<(u8, usize)> {
        match self.text {
            [byte, ..] if !self.is_escaped => Some((*byte, 1)),
            [b'\\', b'u', ..] => Some((if self.text.get(2..6)? == b"0022" { b'"' } else { b'?' }, 6)),
            [b'\\', b'n' | b'r' | b't', ..] => Some((b' ', 2)),
            [b'\\', escaped, ..] => Some((*escaped, 2)),
            [byte, ..] => Some((*byte, 1)),
            [] => None,
        }
    }

    fn byte(self) -> Option<u8> {
        Some(self.next()?.0)
    }

    fn skip(self, bytes: usize) -> Option<Json<'a>> {
        Some(Json { text: self.text.get(bytes..)?, ..self })
    }

    fn after_byte(self, wanted: u8) -> Option<Json<'a>> {
        let (byte, width) = self.next()?;
        if byte == wanted { self.skip(width) } else { None }
    }

    fn trimmed(mut self) -> Json<'a> {
        while let Some((b' ' | b'\t' | b'\r' | b'\n', width)) = self.next() {
            match self.skip(width) {
                Some(rest) => self = rest,
                None => break,
            }
        }
        self
    }

    /// What is before the rest.
    fn until(self, rest: Json<'a>) -> &'a [u8] {
        self.text.get(..self.text.len().saturating_sub(rest.text.len())).unwrap_or_default()
    }

    /// The inside of a string, and what follows it.
    fn string(self) -> Option<(&'a [u8], Json<'a>)> {
        let inside = self.after_byte(b'"')?;
        let mut at = 0;
        loop {
            // Most of a string is neither.
            at = find(inside.text, at, [b'"', b'\\'])?;
            let rest = inside.skip(at)?;
            let (byte, width) = rest.next()?;
            match byte {
                b'"' => return Some((inside.text.get(..at)?, rest.skip(width)?)),
                b'\\' => at += width + rest.skip(width)?.next()?.1,
                _ => at += width,
            }
        }
    }

    /// The value at the start, and what follows it.
    fn value(self) -> Option<(Value<'a>, Json<'a>)> {
        match self.byte()? {
            b'"' => self.string().map(|(text, rest)| (Value::Text(text), rest)),
            b'{' | b'[' => {
                let rest = self.after_nested()?;
                Some((Value::Nested(Json { text: self.until(rest), ..self }), rest))
            }
            _ => {
                let mut rest = self;
                while let Some((byte, width)) = rest.next() {
                    if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')) {
                        break;
                    }
                    rest = rest.skip(width)?;
                }
                let word = self.until(rest);
                if word.is_empty() { None } else { Some((Value::Word(word), rest)) }
            }
        }
    }

    /// What follows the object or array at the start.
    fn after_nested(self) -> Option<Json<'a>> {
        // For each open bracket a bit, set if it is a brace.
        let (mut depth, mut braces) = (0_u32, 0_u64);
        let mut rest = self;
        loop {
            let (byte, width) = rest.next()?;
            match byte {
                b'"' => {
                    rest = rest.string()?.1;
                    continue;
                }
                b'{' | b'[' => {
                    if depth == DEEPEST {
                        return None;
                    }
                    braces = braces << 1 | u64::from(byte == b'{');
                    depth += 1;
                }
                b'}' | b']' => {
                    if (braces & 1 == 1) != (byte == b'}') {
                        return None;
                    }
                    braces >>= 1;
                    depth -= 1;
                }
                _ => {}
            }
            rest = rest.skip(width)?;
            if depth == 0 {
                return Some(rest);
            }
        }
    }
}
