"""What was published before: registers kept and compared, editions laid side by side, approvals."""
