"""What must hold of an edition before readers get it: small rules, each yields what it finds."""
