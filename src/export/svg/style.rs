//! Colours and patterns. Two palettes, light and dark; no meaning is in a colour alone.

/// The style of a drawing, for a page that has it in its own style sheet.
pub const STYLE: &str = include_str!("lanes.css");

/// Hatching, dots and stripes. What they are painted with is in the style.
pub(super) const PATTERNS: &str = "<defs>\
<pattern id=\"lanes-hatch\" width=\"8\" height=\"8\" patternTransform=\"rotate(45)\" \
patternUnits=\"userSpaceOnUse\"><rect class=\"l-paper\" width=\"8\" height=\"8\"/>\
<rect class=\"l-hatch\" width=\"3.5\" height=\"8\"/></pattern>\
<pattern id=\"lanes-dots\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
<rect class=\"l-paper\" width=\"5\" height=\"5\"/>\
<circle class=\"l-dot\" cx=\"1.5\" cy=\"1.5\" r=\"1.1\"/></pattern>\
<pattern id=\"lanes-stripes\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
<rect class=\"l-paper\" width=\"6\" height=\"6\"/>\
<rect class=\"l-stripe\" width=\"6\" height=\"3\"/></pattern></defs>\n";
