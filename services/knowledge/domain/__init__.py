"""Pure rules of knowledge: articles, who reads them, and how they are found."""
