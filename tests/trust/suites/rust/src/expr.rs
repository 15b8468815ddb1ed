//! Evaluates small sums: `2 * (3 + 4) - 10 / 4`, in whole numbers, with names.

use std::collections::HashMap;

struct Parser<'a> {
    rest: &'a str,
    names: &'a HashMap<String, i64>,
}

/// Gives the value of an expression, or what is wrong with it.
pub fn evaluate(text: &str, names: &HashMap<String, i64>) -> Result<i64, String> {
    let mut parser = Parser { rest: text, names };
    let value = parser.sum()?;
    match parser.peek() {
        None => Ok(value),
        Some(found) => Err(format!("unexpected {found:?} after the end")),
    }
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest = &self.rest[wanted.len_utf8()..];
        }
        found
    }

    fn span(&mut self, fits: fn(char) -> bool) -> &str {
        let end = self.rest.find(|one| !fits(one)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn sum(&mut self) -> Result<i64, String> {
        let mut value = self.product()?;
        loop {
            if self.take('+') {
                value = value.checked_add(self.product()?).ok_or("too large")?;
            } else if self.take('-') {
                value -= self.product()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self) -> Result<i64, String> {
        let mut value = self.factor()?;
        loop {
            if self.take('*') {
                value = value.checked_mul(self.factor()?).ok_or("too large")?;
            } else if self.take('/') {
                match self.factor()? {
                    0 => return Err("division by zero".to_string()),
                    by => value /= by,
                }
            } else {
                return Ok(value);
            }
        }
    }

    fn factor(&mut self) -> Result<i64, String> {
        if self.take('-') {
            return Ok(-self.factor()?);
        }
        if self.take('(') {
            let value = self.sum()?;
            return if self.take(')') { Ok(value) } else { Err("a parenthesis is never closed".to_string()) };
        }
        match self.peek() {
            Some(first) if first.is_ascii_digit() => {
                self.span(|one| one.is_ascii_digit()).parse().map_err(|_| "too large".to_string())
            }
            Some(first) if first.is_alphabetic() => {
                let name = self.span(char::is_alphanumeric).to_string();
                self.names.get(&name).copied().ok_or(format!("{name} is not known"))
            }
            Some(found) => Err(format!("unexpected {found:?}")),
            None => Err("something is missing at the end".to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<i64, String> {
        evaluate(text, &HashMap::from([("rope".to_string(), 12), ("box2".to_string(), 3)]))
    }

    #[test]
    fn products_come_before_sums() {
        assert_eq!(value("2 + 3 * 4"), Ok(14));
    }

    #[test]
    fn parentheses_come_first() {
        assert_eq!(value("(2 + 3) * 4"), Ok(20));
    }

    #[test]
    fn differences_are_taken_from_the_left() {
        assert_eq!(value("10 - 4 - 3"), Ok(3));
        assert_eq!(value("100 / 5 / 2"), Ok(10));
    }

    #[test]
    fn a_minus_may_stand_in_front() {
        assert_eq!(value("-3 * -(2 + 1)"), Ok(9));
    }

    #[test]
    fn names_have_values() {
        assert_eq!(value("rope * box2"), Ok(36));
    }

    #[test]
    fn unknown_names_are_refused() {
        assert_eq!(value("rope + tape"), Err("tape is not known".to_string()));
    }

    #[test]
    fn division_by_zero_is_refused() {
        assert_eq!(value("1 / (2 - 2)"), Err("division by zero".to_string()));
    }

    #[test]
    fn open_parentheses_are_refused() {
        assert_eq!(value("(1 + 2"), Err("a parenthesis is never closed".to_string()));
    }

    #[test]
    fn what_follows_the_end_is_refused() {
        assert_eq!(value("1 2"), Err("unexpected '2' after the end".to_string()));
        assert_eq!(value("1 +"), Err("something is missing at the end".to_string()));
    }

    #[test]
    fn large_numbers_are_refused() {
        assert_eq!(value("9223372036854775807 + 1"), Err("too large".to_string()));
        assert_eq!(value("99999999999999999999"), Err("too large".to_string()));
    }
}
