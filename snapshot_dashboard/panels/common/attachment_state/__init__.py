# SPDX-License-Identifier: Apache-2.0
"""What is said about a volume's attachments, in words and markup."""
