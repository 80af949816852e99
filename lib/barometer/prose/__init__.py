"""What a sentence may say: numbers, names, words and claims."""
